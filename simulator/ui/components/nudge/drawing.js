// The graph of a nudge: at every node the true change above what the straight line says, and a mark where both part.
const NUDGE_READABLE = 0.5
const NUDGE_MARKS = { bent: "≠", lost: "!" }

class NudgeDrawing extends GraphDrawing {
  update(data) {
    if (this.structure !== data.svg) {
      super.update({ ...data, structure: data.svg, lines: {}, steps: [] })
      for (const [name, { node }] of this.parts.nodes) {
        const box = node.querySelector(".box")
        const [x, y] = ["x", "y"].map((side) => Number(box.getAttribute(side)))
        const mark = svgElement("g", { class: "mark" })
        mark.append(svgElement("circle", { cx: x - 2, cy: y, r: 13 }), svgElement("text", { x: x - 2, y: y + 7 }))
        node.append(mark)
        const input = data.inputs[name]
        node.classList.toggle("picks", Boolean(input) && data.moves)
      }
    }
    this.data = { ...data, steps: [] }
    this.svg.setAttribute("aria-label", data.alt)
    for (const [name, { node }] of this.parts.nodes) node.classList.toggle("nudged", data.inputs[name] === data.input)
  }

  // Which edges move: those that leave a node that moves.
  show(at) {
    const { data, parts } = this
    for (const [name, { node, title, value, gradient }] of parts.nodes) {
      const moved = data.nodes[name]
      write(value, moved ? { texts: moved.true[at] } : null)
      write(gradient, moved ? { texts: moved.line[at] } : null)
      const state = moved?.state[at] ?? ""
      node.classList.toggle("still", !moved)
      node.classList.toggle("valued", Boolean(moved))
      for (const kind of Object.keys(NUDGE_MARKS)) node.classList.toggle(kind, state === kind)
      node.querySelector(".mark text").textContent = NUDGE_MARKS[state] ?? ""
      title.textContent = data.names[name]
      if (!moved) continue
      const told = `${data.names[name]}: ${data.words.true} ${moved.true[at].join(", ")}; ${data.words.line} ${moved.line[at].join(", ")}`
      title.textContent = state ? `${told}. ${data.words[state]}` : told
      node.setAttribute("aria-label", title.textContent)
    }
    for (const [name, edge] of parts.edges) {
      const moved = data.nodes[`n${name.split("_")[0].slice(1)}`]
      edge.classList.toggle("passed", Boolean(moved) && at !== data.zero)
      edge.style.setProperty("--forward-width", 4)
      edge.classList.toggle("forward-negative", Boolean(moved?.negative[at]))
      edge.classList.toggle("forward-zero", Boolean(moved?.still[at]))
    }
  }

  // The whole graph, as long as its numbers can be read; else what comes of the nudge is in sight.
  scale() {
    const { clientWidth: width } = this.stage
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
    const usual = super.scale()
    return this.fills ? usual : Math.min(usual, Math.max(width / this.width, NUDGE_READABLE * rem))
  }

  follow() {
    if (!this.fills) this.stage.scrollLeft = this.stage.scrollWidth
    else if (this.sight) this.look(this.sight.left, this.sight.top, false)
    else this.look(Infinity, 0, false)
  }
}
