// The graph with its timeline and the card of the step: everything but opening a node happens here.
//
// On the stage it fills its place: graph and card side by side, or one above the other where the numbers would be too
// small to read from the last row, or the card too narrow.
const GRAPH_STAGE_SHARE = { beside: 0.7, above: 0.58, part: 0.62 }
const GRAPH_STAGE_AMPLE = 1.05
const GRAPH_NARROW_CARD = 12 // em
const GRAPH_ENLARGE = "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"

class GraphView {
  constructor(parent) {
    this.host = parent.host ?? parent
    this.root = parent.appendChild(element("div", { className: "graph-view" }))
    const head = (this.head = this.root.appendChild(element("header")))
    this.title = head.appendChild(element("h3"))
    this.levels = head.appendChild(element("div", { className: "levels" }))
    this.tools = head.appendChild(element("div", { className: "tools" }))
    this.stage = this.root.appendChild(element("div", { className: "stage", tabIndex: -1 }))
    this.drawing = new GraphDrawing(this.stage, (node) => this.visit(node), (name) => this.toggle(name))
    this.timeline = new Timeline(this.root, (index) => this.show(index))
    this.card = this.root.appendChild(element("section", { className: "card" }))
    this.legend = this.root.appendChild(element("div", { className: "legend" }))
    this.live = this.root.appendChild(element("div", { className: "live" }))
    this.live.setAttribute("aria-live", "polite")
    this.formulas = new Formulas(this.root)
    this.sizes = new ResizeObserver(() => this.arrange())
    this.sizes.observe(this.root)
    this.at = 0
    this.timings = []
  }

  update(data, send) {
    this.send = send
    const before = this.data
    const same = before && before.graph === data.graph
    const step = before?.steps[this.at]
    this.data = data
    if (before && before.structure !== data.structure) this.timeline.pause()
    if (before && !same && data.linked) {
      leaveFinishedControl()
      this.timeline.activate()
    }
    this.root.classList.toggle("fill", data.fill)
    this.root.classList.toggle("fixed", !data.moves)
    this.root.classList.toggle("asking", data.asking)
    this.drawing.fills = data.fill
    this.drawing.update(data)
    this.timeline.update(data)
    this.buildHead()
    this.arrange()
    let at = before || !data.linked ? 0 : (stepInLink() ?? 0)
    const entry = before ? undefined : takeEntry()
    if (entry !== undefined) at = entry === "first" ? 0 : data.steps.length - 1
    if (same) at = this.placeOf(step, before.names)
    if (data.asked !== null && !(same && before.asked === data.asked)) at = data.asked
    this.show(Math.max(0, Math.min(at, data.steps.length - 1)))
    this.formulas.load(data.formulas).then(() => this.writeCard())
  }

  // Where a step is after the view has changed: the same step, or else the last one before it that is still there.
  placeOf(step, before) {
    const { steps, names } = this.data
    const found = steps.findIndex((other) => other.id === step.id && other.phase === step.phase && other.name === step.name)
    if (found >= 0) return found
    const about = (other, of) => (other.phase === "backward" ? [other.operand] : other.nodes).map((node) => of[node])
    const wanted = about(step, before)
    const near = steps.findLastIndex(
      (other) => other.phase === step.phase && about(other, names).some((name) => wanted.includes(name))
    )
    return near >= 0 ? near : step.phase === "backward" ? this.data.returns - 1 : 0
  }

  show(index) {
    const started = performance.now()
    this.at = this.drawing.at = index
    this.drawing.show(index)
    this.timeline.show(index)
    this.writeCard()
    this.root.dataset.step = index
    this.timings.push(performance.now() - started)
    if (this.timings.length > 500) this.timings.shift()
    if (!this.data.linked) return
    clearTimeout(this.linking)
    this.linking = setTimeout(() => writeInLink("step", index || undefined), LINK_RESTS)
  }

  // A click on a node goes to the step that gives it its value; once there, or on the way back, to the one that
  // completes its gradient.
  visit(node) {
    const { steps } = this.data
    const forward = steps.findIndex((step) => step.nodes?.includes(node))
    const back = steps.findLastIndex((step) => step.operand === node)
    const returning = steps[this.at].phase === "backward" || this.at === forward
    this.timeline.activate()
    this.timeline.choose(returning && back >= 0 && this.at !== back ? back : Math.max(forward, 0))
  }

  toggle(name) {
    if (this.data.moves) this.send("toggle", name)
  }

  buildHead() {
    const { words, scale, largest, levels, level, moves, stage } = this.data
    this.levels.hidden = levels.length < 2 || !moves
    const named = levels.map((name) => [name, words[`level_${name}`]])
    choiceButtons(this.levels, words.level, named, level, (name) => this.send("level", name))
    const key = JSON.stringify([words, largest, stage])
    if (key === this.headBuilt) return
    this.headBuilt = key
    this.title.textContent = words.question
    const sample = (kind, label) => element("span", {}, element("i", { className: kind }), label)
    this.legend.replaceChildren(
      sample("forward", words.legend_forward),
      sample("backward", words.legend_backward),
      sample("negative", words.legend_negative),
      sample("stopped", words.legend_stopped),
      element("span", { className: "widths" }, fill(words.legend_width, largest), ...["1", "1/10", "1/100", "1/1000"].map((part, power) => {
        const line = element("i")
        line.style.borderTopWidth = `${scale.widest - power * scale.decade}px`
        return element("span", {}, line, part)
      }))
    )
    const tool = (name, textContent, onclick) => {
      const button = element("button", { type: "button", className: name, textContent, onclick, title: words[name] })
      button.setAttribute("aria-label", words[name])
      return button
    }
    const zoom = (factor) => () => {
      const now = typeof this.drawing.zoom === "number" ? this.drawing.zoom : 1
      this.drawing.setZoom(now * factor)
    }
    this.tools.replaceChildren(
      tool("zoom_out", "−", zoom(0.8)),
      tool("zoom_in", "+", zoom(1.25)),
      tool("zoom_whole", words.whole, () => this.drawing.setZoom(this.drawing.zoom === "whole" ? "auto" : "whole")),
      tool("save", words.svg, () => this.save()),
      ...(stage ? [this.wayToStage(stage)] : [])
    )
  }

  wayToStage(label) {
    const onclick = () => window.dispatchEvent(new CustomEvent("simulator:stage", { detail: { host: this.host } }))
    const button = element("button", { type: "button", className: "enlarge", title: label, onclick }, lineIcon(GRAPH_ENLARGE))
    button.setAttribute("aria-label", label)
    return button
  }

  // On the stage: graph and card beside each other, unless more can be read one above the other.
  arrange() {
    if (!this.data?.fill) return
    const { clientWidth: width } = this.root
    const height = this.root.clientHeight - this.timeline.root.offsetHeight - this.legend.offsetHeight - this.head.offsetHeight
    const { drawing } = this
    const least = drawing.readable()
    const beside = { width: GRAPH_STAGE_SHARE.beside * width, height }
    const above = { width, height: GRAPH_STAGE_SHARE.above * height }
    const part = { width, height: GRAPH_STAGE_SHARE.part * height } // with the small map
    const [besides, aboves] = [beside, above].map((room) => Math.min(room.width / drawing.width, room.height / drawing.height))
    const whole = Math.max(besides, aboves) >= least
    const letters = ((1 - GRAPH_STAGE_SHARE.beside) * width) / letterSize(this.root)
    const better = (besides < least && aboves > besides) || letters < GRAPH_NARROW_CARD
    const overview = OVERVIEW_HEIGHT * parseFloat(getComputedStyle(document.documentElement).fontSize)
    const seen = (room) => Math.min(1, room.width / (least * drawing.width)) * Math.min(1, (room.height - overview) / (least * drawing.height))
    this.root.classList.toggle("above", whole ? better && aboves >= least : seen(part) > seen(beside))
    const scale = whole ? Math.min(aboves, GRAPH_STAGE_AMPLE * least) : least // the card needs the rest
    const most = whole ? Infinity : part.height - overview
    this.root.style.setProperty("--graph-height", `${Math.ceil(Math.min(scale * drawing.height, most))}px`)
    const widths = this.legend.lastElementChild
    widths.hidden = false
    widths.hidden = this.legend.scrollHeight > this.legend.clientHeight + 2
    drawing.resize()
    this.timeline.narrow()
    this.fitCard()
  }

  writeCard() {
    const { words, steps, sentences } = this.data
    const step = steps[this.at]
    const said = sentences[this.at]
    const lines = step.formulas.map(([kind, latex]) => {
      const formula = element("div", { className: "formula", tabIndex: 0 })
      this.formulas.write(formula, latex)
      return element("div", { className: `line ${kind}` }, element("b", { textContent: words[`line_${kind}`] }), formula)
    })
    const notes = step.notes.map((textContent) => element("p", { className: "note", textContent }))
    const sentence = element("p", { className: "sentence", textContent: said })
    if (this.live.textContent !== said) this.live.textContent = said
    this.card.className = `card ${step.phase}`
    this.card.replaceChildren(
      element("h4", { textContent: step.title }),
      element("div", { className: step.id === "given" ? "lines row" : "lines" }, ...lines),
      element("div", { className: "words" }, sentence, ...notes)
    )
    this.fitCard()
  }

  // On the stage nothing scrolls and nothing is smaller than the numbers of the graph: formulas are broken into lines and
  // set closer, then everything is written smaller, without shapes; at last there is left out what the rest says as well.
  fitCard() {
    const { card } = this
    card.style.fontSize = ""
    card.classList.remove("brief")
    if (!this.data.fill) return
    const least = GRAPH_STAGE_NUMBER * parseFloat(getComputedStyle(document.documentElement).fontSize)
    const usual = parseFloat(getComputedStyle(card).fontSize)
    const lines = [...card.querySelectorAll(".line")]
    const full = () => card.scrollHeight > card.clientHeight + 1
    const fits = () => {
      for (const part of card.querySelectorAll("[hidden]")) part.hidden = false
      for (const line of lines) line.hidden = !this.fitFormula(line.querySelector(".formula"), least)
      return !full()
    }
    if (fits()) return
    card.classList.add("brief")
    for (let size = usual; size >= least; size -= 0.05 * usual) {
      card.style.fontSize = `${size}px`
      if (fits()) return
    }
    const notes = [...card.querySelectorAll(".note")].reverse()
    const left = [...notes, ...lines.slice(2).reverse(), card.querySelector(".words"), ...lines.slice(0, 2).reverse()].filter((part) => !part.hidden)
    const hidden = []
    while (full() && left.length) hidden.push(Object.assign(left.shift(), { hidden: true }))
    for (const part of hidden.reverse()) part.hidden = Object.assign(part, { hidden: false }) && full()
  }

  // Write a formula as small as its room asks for; say whether it can still be read then.
  fitFormula(formula, least) {
    formula.style.fontSize = ""
    const share = Math.min(1, formula.clientWidth / formula.scrollWidth)
    if (share === 1) return true
    const set = parseFloat(getComputedStyle(formula.querySelector(".katex") ?? formula).fontSize)
    formula.style.fontSize = `${0.98 * share}em`
    return 0.98 * share * set >= least
  }

  save() {
    const background = getComputedStyle(this.stage).backgroundColor
    const blob = new Blob([graphFile(this.drawing.svg, background)], { type: "image/svg+xml" })
    const link = element("a", { href: URL.createObjectURL(blob), download: "computation-graph.svg" })
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }

  destroy() {
    clearTimeout(this.linking)
    this.sizes.disconnect()
    this.timeline.destroy()
    this.drawing.destroy()
    this.root.remove()
  }
}

const graphs = new WeakMap()

export default function (component) {
  return mount(graphs, component, (parent) => new GraphView(parent), component.setTriggerValue)
}
