// The page's player: one pass through the network step by step, one weight's chain, or the story of the transposes.
const VIEWS = new WeakMap()
const LOOKS = ["symbols", "numbers", "shapes"]

export default function (component) {
  const { parentElement, data, setStateValue } = component
  if (!VIEWS.has(parentElement)) VIEWS.set(parentElement, new ChainView(parentElement))
  const view = VIEWS.get(parentElement)
  view.accept(data, (state) => setStateValue("state", state))
  return () => {
    view.destroy()
    VIEWS.delete(parentElement)
  }
}

class ChainView {
  constructor(parent) {
    this.host = parent.host ?? parent
    this.root = parent.appendChild(element("div", { className: "chain" }))
    this.timeline = this.root.appendChild(element("nav", { className: "timeline" }))
    this.tools = this.root.appendChild(element("div", { className: "tools" }))
    const panels = (this.panels = this.root.appendChild(element("div", { className: "panels" })))
    this.left = panels.appendChild(element("div", { className: "left" }))
    this.diagram = new NetworkDiagram(this.left, (weight) => this.chooseWeight(weight))
    this.cache = this.left.appendChild(element("div", { className: "cache" }))
    this.card = panels.appendChild(element("div", { className: "card" }))
    this.live = this.root.appendChild(element("p", { className: "unseen", role: "status" }))
    this.timings = []
    this.sizes = new ResizeObserver(() => this.data && this.draw())
    this.sizes.observe(this.left)
    this.look = new MutationObserver(() => this.data && this.draw())
    this.look.observe(document.documentElement, { attributes: true })
    this.onkey = (event) => this.key(event)
    document.addEventListener("keydown", this.onkey, true)
  }

  accept(bytes, send) {
    this.send = send
    const data = unpack(bytes)
    if (this.data?.id === data.id) return
    const isNew = this.data?.revision !== data.revision
    this.data = data
    this.m = passMatrices(data)
    this.root.dataset.section = data.section
    this.panels.className = `panels ${data.section}`
    this.root.classList.toggle("asking", data.ask && data.section === "pass")
    const clamp = (value, low, high) => Math.min(Math.max(value, low), high)
    const own = isNew ? { ...data.state, path: 0, entry: null } : { ...this.state }
    own.section = data.section
    own.rate = data.state.rate
    own.step = clamp(own.step, 0, data.steps.length - 1)
    own.example = clamp(own.example, 0, data.rows - 1)
    const layer = clamp(own.weight[0], 1, data.sizes.length - 1)
    own.weight = [layer, clamp(own.weight[1], 1, data.sizes[layer - 1]), clamp(own.weight[2], 1, data.sizes[layer])]
    this.state = own
    this.draw()
  }

  change(next) {
    const started = performance.now()
    const stepped = next.step !== undefined && next.step !== this.state.step
    Object.assign(this.state, next)
    if (stepped) this.state.entry = null
    this.draw()
    if (stepped) this.live.textContent = `${stepTitle(this.data, this.m, this.step, this.state.rate)} ${stepSentence(this.data, this.m, this.step, this.state.look, this.state.rate)}`
    this.timings.push(performance.now() - started)
    this.root.dataset.milliseconds = Math.max(...this.timings).toFixed(1)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.publish(), 300)
  }

  publish() {
    const { step, look, weight, example, stage } = this.state
    this.send({ step, look, weight: [...weight], example, stage, revision: this.data.revision })
  }

  get step() {
    return this.data.steps[this.state.step]
  }

  chooseWeight(weight) {
    const kept = this.state.weight[0] === weight[0]
    const entry = this.data.section === "pass" && this.step.kind === "weights" && this.step.layer === weight[0] ? { row: weight[1] - 1, col: weight[2] - 1 } : kept ? this.state.entry : null
    this.change({ weight, path: 0, entry })
  }

  // An entry of a matrix: in the step that makes a weight's gradient, choosing it chooses the weight.
  press(row, col, place) {
    const focus = this.root.getRootNode().activeElement?.dataset?.entry !== undefined
    if (this.step.kind === "weights" && place === 0) this.change({ entry: { row, col }, weight: [this.step.layer, row + 1, col + 1], path: 0 })
    else this.change({ entry: { row, col } })
    if (focus) this.card.querySelector(`table.entries .chosen.pressable`)?.focus()
  }

  pressStory(chooses, row, col) {
    const [layer, source, target] = this.state.weight
    const weight = { both: [layer, row + 1, col + 1], source: [layer, row + 1, target], input: [layer, col + 1, target], unit: [layer, source, col + 1] }[chooses]
    if (weight) this.change({ weight, path: 0 })
  }

  // In a table the arrows go from entry to entry.
  key(event) {
    if (!this.data || !this.root.isConnected) return
    const inside = event.composedPath().includes(this.root)
    const elsewhere = !inside && !CLICKER.has(event.key) && event.composedPath()[0] !== document.body
    if (elsewhere) return
    const inTable = (target) => target.closest("table.entries") !== null || target.dataset.entry !== undefined
    const button = buttonOfKey(event, ".chain", (target) => target.tagName === "INPUT" || inTable(target))
    if (button === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const place = { back: this.place - 1, forward: this.place + 1, first: 0, last: Infinity }[button]
    this.go(place)
  }

  get place() {
    if (this.data.section === "matrices") return this.state.stage - 1
    return this.data.section === "weight" ? this.state.path ?? 0 : this.state.step
  }

  go(place) {
    const { section } = this.data
    const last = { matrices: 4, weight: this.chain.paths.length - 1, pass: this.data.steps.length - 1 }[section]
    const next = Math.min(Math.max(place, 0), last)
    this.change({ matrices: { stage: next + 1 }, weight: { path: next }, pass: { step: next } }[section])
  }

  // ---- drawing

  draw() {
    const { data, m, state } = this
    const theme = readTheme(this.host, data.themes)
    const palette = theme.palette
    for (let place = 0; place < PLACE_COLORS; place++) this.root.style.setProperty(`--place-${place}`, palette.classes[place])
    state.hidden = data.ask && data.section === "pass" && data.hidden.includes(state.step)
    this.chain = weightChain(data, m, ...state.weight, state.example)
    const context = { data, m, state, step: this.step, chain: this.chain, palette }
    context.press = (row, col, place) => this.press(row, col, place)
    context.pressStory = (chooses, row, col) => this.pressStory(chooses, row, col)
    context.choose = (weight) => this.chooseWeight(weight)
    context.choosePath = (path) => this.change({ path })
    context.goToStage = (stage) => this.change({ stage })
    this.panels.classList.toggle("long", data.section === "weight" && this.chain.paths[0].factors.length > 6)
    const focused = this.focusName()
    this.drawTimeline()
    this.drawTools()
    if (data.section === "pass") drawCard(this.card, context)
    else if (data.section === "weight") drawWeightCard(this.card, context)
    else drawStages(this.card, context)
    if (data.section === "matrices") this.left.hidden = true
    else {
      this.left.hidden = false
      this.diagram.draw(data, m, state, this.step, this.chain, data.words)
      drawCache(this.cache, context)
      this.cache.hidden = data.section !== "pass"
    }
    if (focused) this.root.querySelector(focused)?.focus()
  }

  focusName() {
    const at = this.root.getRootNode().activeElement
    if (!at || !this.root.contains(at)) return ""
    for (const name of ["step", "look", "name", "stage", "example", "go"]) if (at.dataset[name] !== undefined) return `[data-${name}="${at.dataset[name]}"]`
    return ""
  }

  drawTimeline() {
    const { data, state } = this
    this.timeline.hidden = data.section !== "pass"
    if (this.timeline.hidden) return
    this.timeline.setAttribute("aria-label", data.words.timeline)
    const last = data.sizes.length - 1
    const short = ({ kind, layer }) => ({ forward: layer === last ? "\\f{Y}" : `\\f{${indexed("A", layer)}}`, loss: "\\f{L}", start: `\\g{${indexed("G", layer)}}`, weights: `\\g{∂${indexed("W", layer)}}`, inputs: `\\g{∂${indexed("A", layer - 1)}}`, through: `\\g{${indexed("G", layer)}}`, update: "W − η∂W" })[kind]
    const arrow = (by, label, symbol) => {
      const button = element("button", { type: "button", className: "arrow", textContent: symbol, onclick: () => this.go(state.step + by), disabled: by < 0 ? state.step === 0 : state.step === data.steps.length - 1 })
      button.setAttribute("aria-label", label)
      button.title = label
      button.dataset.go = String(by)
      return button
    }
    const chips = data.steps.map((step, place) => {
      const button = element("button", { type: "button", className: `step ${step.kind}`, onclick: () => this.change({ step: place }) }, math(short(step)))
      button.dataset.step = String(place)
      button.title = stepTitle(data, this.m, step, state.rate)
      button.setAttribute("aria-label", `${place + 1}. ${button.title}`)
      if (place === state.step) button.setAttribute("aria-current", "step")
      if (place < state.step) button.classList.add("done")
      return button
    })
    const position = element("output", { textContent: `${state.step + 1}/${data.steps.length}` })
    this.timeline.replaceChildren(arrow(-1, data.words.previous, "◀"), arrow(1, data.words.next, "▶"), position, ...chips)
  }

  drawTools() {
    const { data, state } = this
    const looks = element("div", { className: "group" })
    choiceButtons(looks, data.words.look, LOOKS.map((look) => [look, data.words[`look_${look}`]]), state.look, (look) => this.change({ look }))
    ;[...looks.children].forEach((button, place) => (button.dataset.look = LOOKS[place]))
    const examples = element("div", { className: "group" })
    const names = Array.from({ length: data.rows }, (_, row) => [row, String(row + 1)])
    choiceButtons(examples, data.words.example, names, state.example, (example) => this.change({ example, path: 0 }))
    ;[...examples.children].forEach((button, place) => (button.dataset.example = String(place)))
    examples.prepend(element("span", { textContent: data.words.example }))
    this.tools.replaceChildren(...(data.section === "matrices" ? [] : [looks]), ...(data.rows > 1 ? [examples] : []))
    if (data.section === "pass") this.tools.append(element("span", { className: "legend", textContent: data.words[`legend_${this.step.kind}`] ?? "" }))
  }

  destroy() {
    clearTimeout(this.timer)
    document.removeEventListener("keydown", this.onkey, true)
    this.sizes.disconnect()
    this.look.disconnect()
  }
}
