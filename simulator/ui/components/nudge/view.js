// A nudge: handle, graph, legend and the sentence of the stop. Dragging needs no server: every stop is here.
class NudgeView {
  constructor(parent) {
    this.host = parent.host ?? parent
    this.root = parent.appendChild(element("div", { className: "graph-view nudge-view" }))
    const head = this.root.appendChild(element("header"))
    this.title = head.appendChild(element("h3"))
    this.tools = head.appendChild(element("div", { className: "tools" }))
    this.handle = new NudgeHandle(this.root, {
      show: (at) => this.show(at),
      send: (...told) => this.send(...told),
      pick: (input, entry = []) => this.send("chosen", { input, entry }),
    })
    this.stage = this.root.appendChild(element("div", { className: "stage", tabIndex: -1 }))
    this.drawing = new NudgeDrawing(this.stage, (node) => this.pick(node), () => {})
    this.legend = this.root.appendChild(element("div", { className: "legend" }))
    this.sentence = this.root.appendChild(element("p", { className: "sentence" }))
    this.sentence.setAttribute("aria-live", "polite")
    this.sizes = new ResizeObserver(() => this.drawing.resize())
    this.sizes.observe(this.root)
  }

  update(data, send) {
    this.send = send
    const { at, ...rest } = data
    const key = JSON.stringify([rest.stops, rest.input, rest.entry, rest.revision, rest.names, rest.written])
    const stays = this.key === key
    this.key = key
    this.data = data
    this.root.classList.toggle("fill", data.fill)
    this.root.classList.toggle("fixed", !data.moves)
    this.drawing.fills = data.fill
    this.drawing.update(data)
    this.handle.update(data)
    this.buildHead()
    this.group = frameGroup(data.group)
    this.group.steps = data.stops.map((_, stop) => stop)
    this.show(stays ? this.at : at)
  }

  show(at) {
    this.at = at
    this.root.dataset.stop = this.data.stops[at]
    this.handle.show(at)
    this.drawing.show(at)
    this.say()
    showFrame(this.group, at)
  }

  say() {
    const { sentences, fill: fills } = this.data
    const now = sentences[this.at]
    this.sentence.hidden = fills
    if (this.sentence.textContent !== now) this.sentence.textContent = now
    if (fills) tellStage(this.host, now, sentences)
  }

  pick(node) {
    const input = this.data.inputs[node]
    if (input && this.data.moves && input !== this.data.input) this.send("chosen", { input, entry: [] })
  }

  buildHead() {
    const { words, title, stage } = this.data
    const key = JSON.stringify([words, title, stage])
    if (key === this.headBuilt) return
    this.headBuilt = key
    this.title.textContent = title
    const sample = (kind, label) => element("span", {}, element("i", { className: kind }), label)
    const mark = (kind) => element("span", {}, element("b", { textContent: NUDGE_MARKS[kind] }), words[kind])
    this.legend.replaceChildren(
      sample("forward", words.true),
      sample("backward", words.line),
      mark("bent"),
      ...(Object.values(this.data.nodes).some(({ state }) => state.includes("lost")) ? [mark("lost")] : []),
      sample("negative", words.negative)
    )
    if (!stage) return this.tools.replaceChildren()
    const onclick = () => window.dispatchEvent(new CustomEvent("simulator:stage", { detail: { host: this.host } }))
    const button = element("button", { type: "button", className: "enlarge", title: stage, onclick }, lineIcon("M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"))
    button.setAttribute("aria-label", stage)
    this.tools.replaceChildren(button)
  }

  destroy() {
    this.sizes.disconnect()
    this.drawing.destroy()
    this.handle.destroy()
    fallSilent(this.host)
    this.root.remove()
  }
}

const nudges = new WeakMap()

export default function (component) {
  return mount(nudges, component, (parent) => new NudgeView(parent), component.setTriggerValue)
}
