// The frame around every picture: its question, a menu to save it or read its numbers, a tooltip, and the bus.
//
// A drawing is an object with: update(content, theme), show(frame), resize(width, height), svg(), canvas(ratio),
// numbers() → {headings, rows}, and optionally pointer(x, y) → [[label, text], …] and press(x, y).
const SAVED_RATIO = 2

class PictureShell {
  constructor(parent, createDrawing) {
    this.host = parent.host ?? parent
    this.figure = parent.appendChild(element("figure", { className: "picture" }))
    this.title = element("h3")
    this.choices = element("div", { className: "choices" })
    this.menu = element("details", { className: "menu" })
    this.enlarge = element("button", { type: "button", className: "enlarge", hidden: true }, lineIcon("M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"))
    this.enlarge.onclick = () => this.goOnStage()
    this.place = element("div", { className: "place", role: "img" })
    this.extra = element("div", { className: "extra" })
    this.sentence = element("p", { className: "sentence", hidden: true })
    this.numbers = element("div", { className: "numbers", hidden: true, tabIndex: 0 })
    this.tip = element("div", { className: "tip", hidden: true })
    const head = element("header", {}, this.title, this.choices, this.enlarge, this.menu)
    this.figure.append(head, this.place, this.extra, this.sentence, this.numbers, this.tip)
    this.drawing = createDrawing(this)
    this.frame = 0
    this.visible = true
    this.onframe = (frame, step) => this.follow(frame, step)
    this.sizes = new ResizeObserver(() => this.resize())
    this.sizes.observe(this.place)
    this.sight = new IntersectionObserver((entries) => this.see(entries.at(-1).isIntersecting), { rootMargin: "100px" })
    this.sight.observe(this.place)
    this.watchTheme()
    this.place.addEventListener("pointermove", (event) => this.point(event))
    this.place.addEventListener("pointerleave", () => this.hideTip())
    this.place.addEventListener("click", (event) => this.press(event))
    this.onoutside = (event) => {
      if (!event.composedPath().includes(this.menu)) this.menu.open = false
    }
    document.addEventListener("pointerdown", this.onoutside)
    this.menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.menu.open = false
    })
  }

  // A style sheet that comes later changes colours and text size without telling: a probe one rem wide in the page's
  // colours changes its size, or ends a transition.
  watchTheme() {
    const probe = this.figure.appendChild(element("span", { className: "probe" }))
    probe.setAttribute("aria-hidden", "true")
    this.textSize = new ResizeObserver(() => this.retheme())
    this.textSize.observe(probe)
    probe.addEventListener("transitionend", () => this.retheme())
    this.contrast = new MutationObserver(() => this.retheme())
    this.contrast.observe(document.documentElement, { attributes: true })
  }

  update(bytes, tell) {
    this.tell = tell
    const content = unpack(bytes)
    const theme = readTheme(this.host, content.themes)
    if (this.content?.id === content.id && this.theme.key === theme.key) return
    this.content = content
    this.theme = theme
    this.steps = content.step
    this.title.textContent = content.title
    this.figure.classList.toggle("fill", content.fill)
    this.enlarge.hidden = !content.on_stage
    this.enlarge.title = content.words.stage
    this.enlarge.setAttribute("aria-label", this.enlarge.title)
    this.setHeight()
    this.buildMenu()
    this.join(content.group)
    const step = this.group.steps[this.group.frame]
    this.frame = step === undefined ? content.opens : indexOfStep(this.steps, this.group.frame, step)
    this.drawing.update(content, theme, this.frame)
    this.resize()
    this.writeNumbers()
    this.say()
  }

  // What the picture shows at its step, for those who see it and those who do not.
  say() {
    const { alt, sentences, fill } = this.content
    const chosen = Array.isArray(sentences) ? sentences : (sentences[this.drawing.mode] ?? [])
    const said = chosen[this.frame] ?? chosen.at(-1) ?? ""
    this.sentence.hidden = !said || fill
    this.sentence.textContent = said
    this.place.setAttribute("aria-label", said ? `${alt} ${said}` : alt)
    if (fill) tellStage(this.host, said, this.drawing.saysAny?.() ?? chosen)
  }

  goOnStage() {
    window.dispatchEvent(new CustomEvent("simulator:stage", { detail: { host: this.host } }))
  }

  // Larger text needs a larger picture, as far as the screen goes; on the stage it takes what there is.
  setHeight() {
    const { height, fill } = this.content
    if (fill) {
      this.place.style.height = ""
      return
    }
    const most = Math.max(0.72 * window.innerHeight, height)
    this.place.style.height = `${Math.round(Math.min(height * (1 + 0.9 * (this.theme.scale - 1)), most))}px`
  }

  join(name) {
    this.group?.pictures.delete(this.onframe)
    this.group = frameGroup(name)
    if (this.steps.length) this.group.pictures.add(this.onframe)
  }

  // A picture out of sight only remembers the frame.
  async follow(frame, step) {
    this.frame = indexOfStep(this.steps, frame, step)
    if (!this.visible) {
      this.late = true
      return
    }
    await this.drawing.show(this.frame)
    this.place.dataset.step = this.steps[this.frame]
    this.say()
    this.writeNumbers()
  }

  see(visible) {
    this.visible = visible
    if (visible && this.late) {
      this.late = false
      this.follow(this.group.frame, this.group.steps[this.group.frame])
    }
  }

  async resize() {
    const { clientWidth: width, clientHeight: height } = this.place
    if (!width || !height || !this.content) return
    if (this.width === width && this.height === height && this.sized === this.content.id + this.theme.key) return
    this.width = width
    this.height = height
    this.sized = this.content.id + this.theme.key
    const drawn = this.drawing.resize(width, height)
    this.place.dataset.step = this.steps[this.frame] ?? ""
    const { scale } = this.theme
    await drawn
    this.place.dataset.drawn = `${width}x${height}@${scale}`
  }

  retheme() {
    if (!this.content) return
    const theme = readTheme(this.host, this.content.themes)
    if (theme.key === this.theme.key) return
    this.theme = theme
    this.setHeight()
    this.drawing.update(this.content, theme, this.frame)
    this.resize()
  }

  seek(step) {
    const { group } = this
    if (!group.steps.length) return
    let best = 0
    group.steps.forEach((shown, frame) => {
      if (Math.abs(shown - step) < Math.abs(group.steps[best] - step)) best = frame
    })
    showFrame(group, best)
  }

  buildMenu() {
    const { words } = this.content
    const summary = element("summary", { textContent: "⋯", title: fill(words.open, { title: this.content.title }) })
    summary.setAttribute("aria-label", summary.title)
    this.numbersButton = element("button", { type: "button", onclick: () => this.toggleNumbers() })
    const list = element(
      "div",
      { className: "list" },
      element("button", { type: "button", textContent: words.svg, onclick: () => this.save("svg") }),
      element("button", { type: "button", textContent: words.png, onclick: () => this.save("png") }),
      this.numbersButton
    )
    this.numbersButton.textContent = this.numbers.hidden ? words.data : words.hide
    this.menu.replaceChildren(summary, list)
    this.numbers.setAttribute("aria-label", this.content.title)
  }

  toggleNumbers() {
    this.numbers.hidden = !this.numbers.hidden
    this.numbersButton.textContent = this.numbers.hidden ? this.content.words.data : this.content.words.hide
    this.menu.open = false
    this.writeNumbers()
  }

  writeNumbers() {
    if (this.numbers.hidden) return
    const { headings, rows } = this.drawing.numbers()
    const head = element("tr", {}, ...headings.map((heading) => element("th", { textContent: heading, scope: "col" })))
    const body = rows.map((row) => element("tr", {}, ...row.map((value) => element("td", { textContent: exactText(value) }))))
    this.numbers.replaceChildren(element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)))
  }

  point(event) {
    const box = this.place.getBoundingClientRect()
    const lines = this.drawing.pointer?.(event.clientX - box.left, event.clientY - box.top)
    if (lines) this.showTip(lines, event.clientX, event.clientY)
    else this.hideTip()
  }

  press(event) {
    const box = this.place.getBoundingClientRect()
    this.drawing.press?.(event.clientX - box.left, event.clientY - box.top)
  }

  showTip(lines, clientX, clientY) {
    const { tip } = this
    const rows = lines.map(([label, value]) =>
      element("div", {}, element("span", { textContent: label }), element("b", { textContent: value }))
    )
    tip.replaceChildren(...rows)
    tip.hidden = false
    const box = this.figure.getBoundingClientRect()
    const left = clientX - box.left + 14
    const fits = left + tip.offsetWidth < box.width
    tip.style.left = `${fits ? left : Math.max(0, left - tip.offsetWidth - 28)}px`
    tip.style.top = `${Math.max(0, clientY - box.top - tip.offsetHeight - 10)}px`
  }

  hideTip() {
    this.tip.hidden = true
  }

  // Save what the reader sees: same colours, fonts and step, with the question above it.
  async save(kind) {
    this.menu.open = false
    const step = this.steps[this.frame]
    const name = `${this.content.file}${step === undefined ? "" : `_step${step}`}.${kind}`
    const blob = kind === "svg" ? await this.svgBlob() : await this.pngBlob()
    const link = element("a", { href: URL.createObjectURL(blob), download: name })
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }

  titleSize() {
    return 19 * this.theme.scale
  }

  async svgBlob() {
    const { width, height, theme } = this
    const top = this.titleSize() * 1.8
    const painter = new SvgPainter(theme.font)
    painter.text(this.title.textContent, 8, top / 2, { size: this.titleSize(), color: theme.palette.ink, weight: 600 })
    const inner = await this.drawing.svg()
    const written =
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height + top}" ` +
      `viewBox="0 0 ${width} ${height + top}" role="img"><title>${escapeXml(this.title.textContent)}</title>` +
      `<desc>${escapeXml(this.place.getAttribute("aria-label"))}</desc><rect width="100%" height="100%" fill="${theme.background}"/>` +
      `${painter.parts.join("")}<g transform="translate(0 ${top})">${inner}</g></svg>`
    return new Blob([written], { type: "image/svg+xml" })
  }

  async pngBlob() {
    const { width, height, theme } = this
    const top = this.titleSize() * 1.8
    const canvas = element("canvas", { width: width * SAVED_RATIO, height: (height + top) * SAVED_RATIO })
    const context = canvas.getContext("2d")
    context.fillStyle = theme.background
    context.fillRect(0, 0, canvas.width, canvas.height)
    const inner = await this.drawing.canvas(SAVED_RATIO)
    context.drawImage(inner, 0, top * SAVED_RATIO)
    context.scale(SAVED_RATIO, SAVED_RATIO)
    const painter = new CanvasPainter(context, theme.font)
    painter.text(this.title.textContent, 8, top / 2, { size: this.titleSize(), color: theme.palette.ink, weight: 600 })
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"))
  }

  destroy() {
    this.group?.pictures.delete(this.onframe)
    this.sizes.disconnect()
    this.sight.disconnect()
    this.contrast.disconnect()
    this.textSize.disconnect()
    document.removeEventListener("pointerdown", this.onoutside)
    fallSilent(this.host)
    this.drawing.destroy?.()
    this.figure.remove()
  }
}
