// Measures the stage by boxes: what is where, and how large every word is. Runs before the page's own scripts, because
// words on a canvas can only be seen while they are painted.
(() => {
  const painted = new WeakMap() // canvas → words on it, in its own pixels
  const context = CanvasRenderingContext2D.prototype
  const { fillText, clearRect } = context

  context.fillText = function (text, x, y, ...rest) {
    const { canvas } = this
    if (String(text).trim() && this.globalAlpha > 0.05 && canvas instanceof HTMLCanvasElement) {
      const size = this.measureText(text)
      const [left, right] = [x - size.actualBoundingBoxLeft, x + size.actualBoundingBoxRight]
      const [top, bottom] = [y - size.actualBoundingBoxAscent, y + size.actualBoundingBoxDescent]
      const m = this.getTransform()
      const box = around([[left, top], [right, top], [left, bottom], [right, bottom]].map(([u, v]) => [m.a * u + m.c * v + m.e, m.b * u + m.d * v + m.f]))
      const font = parseFloat(this.font.match(/([\d.]+)px/)[1]) * Math.hypot(m.a, m.b)
      const words = painted.get(canvas) ?? new Map()
      words.set([text, Math.round(box.left), Math.round(box.top)].join("|"), { text, font, ...box })
      painted.set(canvas, words)
    }
    return fillText.call(this, text, x, y, ...rest)
  }

  context.clearRect = function (x, y, width, height) {
    const m = this.getTransform()
    const gone = around([[x, y], [x + width, y + height]].map(([u, v]) => [m.a * u + m.c * v + m.e, m.b * u + m.d * v + m.f]))
    const words = painted.get(this.canvas)
    for (const [key, word] of words ?? []) {
      if (word.right > gone.left && word.left < gone.right && word.bottom > gone.top && word.top < gone.bottom) words.delete(key)
    }
    return clearRect.call(this, x, y, width, height)
  }

  for (const side of ["width", "height"]) {
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, side)
    Object.defineProperty(HTMLCanvasElement.prototype, side, {
      get,
      set(value) {
        painted.delete(this) // setting a side empties the canvas
        set.call(this, value)
      },
    })
  }

  function around(points) {
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) }
  }

  function* inside(node) {
    for (const child of node.children) {
      yield child
      yield* inside(child)
    }
    if (node.shadowRoot) yield* inside(node.shadowRoot)
  }

  const above = (element) => element.parentElement ?? element.getRootNode().host ?? null
  const NOT_SHOWN = ".st-key-stage_drawer, .st-key-stage_work, [data-unseen], .katex-mathml, option, script, style, template, [hidden]"
  const SMALLER = "sup, sub, tspan.lowered, .katex, .katex *" // raised and lowered signs are smaller by their nature

  // What is there for those who listen only.
  function isOnlyRead(element) {
    const { clipPath, clip } = getComputedStyle(element)
    return /^inset\((50|100)%/.test(clipPath) || /^rect\(0px, 0px, 0px, 0px\)/.test(clip) || clip === "rect(1px, 1px, 1px, 1px)"
  }

  // Words of an element itself, by line.
  function* wordsOf(element) {
    if (element.matches(NOT_SHOWN) || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return
    if (element instanceof HTMLSelectElement) {
      const { left, right, top, bottom } = element.getBoundingClientRect()
      const text = element.selectedOptions[0]?.textContent ?? ""
      yield { text, font: parseFloat(getComputedStyle(element).fontSize), element, left, right, top, bottom }
      return
    }
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
    if (!own.length) return
    const matrix = element.closest("svg") && element.getScreenCTM?.()
    const font = parseFloat(getComputedStyle(element).fontSize) * (matrix ? Math.hypot(matrix.a, matrix.b) : 1)
    for (const node of own) {
      const range = document.createRange()
      range.selectNodeContents(node)
      for (const rect of range.getClientRects()) {
        if (rect.width < 1 || rect.height < 1) continue
        const slack = Math.min(0.18 * rect.height, 0.3 * font) // a line is higher than its letters
        yield { text: node.textContent.trim(), font, element, left: rect.left, right: rect.right, top: rect.top + slack, bottom: rect.bottom - slack }
      }
    }
  }

  function words(place) {
    const found = []
    const visit = (node) => {
      if (node.matches?.(NOT_SHOWN) || (node instanceof Element && isOnlyRead(node))) return
      if (node instanceof HTMLCanvasElement) {
        const rect = node.getBoundingClientRect()
        const [wide, high] = [rect.width / node.width, rect.height / node.height]
        for (const { text, font, left, right, top, bottom } of painted.get(node)?.values() ?? []) {
          const box = { left: rect.left + left * wide, right: rect.left + right * wide, top: rect.top + top * high, bottom: rect.top + bottom * high }
          found.push({ text, font: font * high, element: node, ...box })
        }
      } else if (node instanceof Element) found.push(...wordsOf(node))
      for (const child of [...(node.children ?? []), ...(node.shadowRoot?.children ?? [])]) visit(child)
    }
    visit(place)
    return found
  }

  function cut(word, wide, high) {
    const much = 0.2 * word.font
    const out = (box) => word.left < box.left - much || word.right > box.right + much || word.top < box.top - much || word.bottom > box.bottom + much
    if (out({ left: 0, top: 0, right: wide, bottom: high })) return true
    if (word.element instanceof HTMLCanvasElement && out(word.element.getBoundingClientRect())) return true
    for (let at = word.element; at && !at.matches(".st-key-stage"); at = above(at)) {
      if (getComputedStyle(at).overflow !== "visible" && !at.matches("svg *") && out(at.getBoundingClientRect())) return true
    }
    return false
  }

  function overlap(one, other) {
    const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left)
    const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
    const least = (word, name, from) => word[name] - word[from]
    const small = Math.min(least(one, "right", "left") * least(one, "bottom", "top"), least(other, "right", "left") * least(other, "bottom", "top"))
    return wide > 2 && high > 2 && wide * high > 0.12 * small
  }

  window.stageState = () => {
    const pictures = document.querySelector(".st-key-stage_pictures")
    const running = document.querySelector("[data-testid=stStatusWidget]") !== null
    if (!pictures || running || document.querySelector(".st-key-stage_work [data-testid=stProgress]")) return null
    const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
    for (const element of inside(pictures)) {
      const { drawn } = element.dataset ?? {} // by pictures that take a moment to follow the window
      if (drawn !== undefined && drawn !== `${element.clientWidth}x${element.clientHeight}@${scale}`) return null
    }
    const seen = words(document.querySelector(".st-key-stage"))
    const inPicture = words(pictures).length
    return inPicture ? seen.map((word) => [word.text, Math.round(word.left), Math.round(word.top)].join("|")).join("\n") : null
  }

  // Every way in which the stage breaks its rule, in words.
  window.stageFaults = ({ pictureShare, bodyShare, labelShare }) => {
    const faults = []
    const [wide, high] = [window.innerWidth, window.innerHeight]
    const stage = document.querySelector(".st-key-stage")
    const pictures = document.querySelector(".st-key-stage_pictures")
    const name = (word) => `"${word.text.slice(0, 40)}"`
    const page = document.documentElement
    if (page.scrollHeight > high || page.scrollWidth > wide) faults.push("the document scrolls")
    for (const element of [stage, ...inside(stage)]) {
      if (element.closest?.(".st-key-stage_drawer") || !element.checkVisibility?.()) continue
      const { overflowX, overflowY } = getComputedStyle(element)
      const tall = element.scrollHeight > element.clientHeight + 1 && (element === stage || /auto|scroll/.test(overflowY))
      const broad = element.scrollWidth > element.clientWidth + 1 && (element === stage || /auto|scroll/.test(overflowX))
      const place = element.className?.baseVal ?? element.className
      if (tall || broad) faults.push(`${element.tagName} .${place} scrolls: ${element.scrollWidth}x${element.scrollHeight} in ${element.clientWidth}x${element.clientHeight}`)
    }
    for (const hidden of document.querySelectorAll("[data-testid=stSidebar], [data-testid=stHeader]")) {
      if (hidden.checkVisibility()) faults.push(`${hidden.dataset.testid} is visible`)
    }
    const area = pictures.getBoundingClientRect()
    if (area.height < pictureShare * high - 0.5) faults.push(`the picture has ${(area.height / high).toFixed(3)} of the height`)
    if (area.bottom > high || area.right > wide || area.left < 0) faults.push("the picture leaves the window")

    const question = words(document.querySelector(".st-key-stage_head h1"))
    const said = words(document.querySelector(".st-key-stage_words"))
    if (!question.length) faults.push("there is no question")
    const unseen = document.querySelectorAll(".st-key-stage_words [data-unseen]").length
    if (unseen && !said.length) faults.push("no sentence is seen")
    for (const word of [...question, ...said]) {
      if (word.font < bodyShare * high - 0.01 && !word.element.closest(SMALLER)) faults.push(`${name(word)} is ${(word.font / high).toFixed(4)} of the height, body text`)
    }
    const labels = words(pictures)
    const player = document.querySelector(".st-key-stage_player")
    for (const word of [...labels, ...(player ? words(player) : [])]) {
      if (word.font < labelShare * high - 0.01 && !word.element.closest(SMALLER)) faults.push(`${name(word)} is ${(word.font / high).toFixed(4)} of the height, label`)
    }
    const ends = (word) => word.element instanceof HTMLCanvasElement && /\S…$/.test(word.text) // cut by the chart library
    for (const word of words(stage)) if (cut(word, wide, high) || ends(word)) faults.push(`${name(word)} is cut`)
    labels.forEach((one, index) => {
      for (const other of labels.slice(index + 1)) {
        if (one.element.closest(".katex") && other.element.closest(".katex")) continue
        if (overlap(one, other)) faults.push(`${name(one)} lies over ${name(other)}`)
      }
    })
    return [...new Set(faults)]
  }
})()
