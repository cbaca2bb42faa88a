// The handle of a nudge: a slider over the stops that Python computed, a box for any other Δ, and what is nudged.
const NUDGE_SETTLE = 400 // milliseconds without a move before Python hears of it

class NudgeHandle {
  constructor(parent, act) {
    this.act = act
    this.root = parent.appendChild(element("div", { className: "handle" }))
    this.picks = this.root.appendChild(element("span", { className: "picks" }))
    this.slider = this.root.appendChild(element("input", { type: "range", min: "0", step: "1", className: "range" }))
    this.typed = element("input", { type: "number", step: "any", className: "typed" })
    this.label = element("label", {}, element("span", { textContent: "Δ" }), this.typed)
    this.zero = element("button", { type: "button", className: "zero" })
    this.moved = element("output", { className: "moved" })
    this.root.append(this.label, this.zero, this.moved)
    this.slider.addEventListener("input", () => this.act.show(Number(this.slider.value)))
    this.slider.addEventListener("change", () => this.settle())
    this.typed.addEventListener("change", () => this.type())
    this.zero.addEventListener("click", () => this.go(this.data.zero))
  }

  update(data) {
    this.data = data
    const { words } = data
    this.slider.max = String(data.stops.length - 1)
    this.slider.setAttribute("aria-label", words.handle)
    this.typed.setAttribute("aria-label", words.typed)
    this.typed.disabled = !data.moves
    this.zero.textContent = words.back
    this.root.style.setProperty("--zero", data.zero / (data.stops.length - 1))
    this.buildPicks()
  }

  show(at) {
    const { stops, written, values, zero, words } = this.data
    this.slider.value = String(at)
    this.slider.setAttribute("aria-valuetext", `Δ = ${written[at]}`)
    if (this.typed.getRootNode().activeElement !== this.typed) this.typed.value = String(stops[at])
    this.moved.textContent = fill(words.moved, { before: values[zero], after: values[at] })
  }

  go(at) {
    this.act.show(at)
    this.settle()
  }

  // Python hears of the stop only once the hand rests: it is in the link then.
  settle() {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.tell(this.data.stops[Number(this.slider.value)], true), NUDGE_SETTLE)
  }

  type() {
    const delta = this.typed.valueAsNumber
    if (!Number.isFinite(delta)) return this.show(Number(this.slider.value))
    const at = this.data.stops.indexOf(delta)
    if (at >= 0) this.go(at)
    else this.tell(delta, false)
  }

  tell(delta, shown) {
    if (this.data.moves) this.act.send("moved", { delta, shown, revision: this.data.revision })
  }

  // Which input is nudged and, of a vector or matrix, which place in it.
  buildPicks() {
    const { offered, input, entry, shape, words, moves } = this.data
    const key = JSON.stringify([offered, input, entry, shape, words.input, moves])
    if (key === this.built) return
    this.built = key
    const list = (label, options, chosen, choose) => {
      const made = options.map(([value, textContent]) => element("option", { value: String(value), textContent }))
      const select = element("select", { disabled: !moves, onchange: (event) => choose(event.target.value) }, ...made)
      select.value = String(chosen)
      select.setAttribute("aria-label", label)
      return select
    }
    const first = list(words.input, offered, input, (name) => this.act.pick(name))
    const axes = shape.map((count, axis) => {
      const label = shape.length > 2 ? fill(words.place, { number: axis + 1 }) : shape.length === axis + 1 && axis ? words.column : shape.length === 1 ? words.entry : words.row
      const places = Array.from({ length: count }, (_, place) => [place + 1, `${label} ${place + 1}`])
      const choose = (place) => this.act.pick(input, entry.with(axis, Number(place)))
      return list(label, places, entry[axis], choose)
    })
    this.picks.replaceChildren(first, ...axes)
  }

  destroy() {
    clearTimeout(this.waiting)
  }
}
