// A small map under a graph that does not fit the stage: all of it without words, and a frame around what is in sight.
// It is the drawing itself, used a second time, so that both always show the same.
const OVERVIEW_HEIGHT = 3 // rem, as in the style
const OVERVIEW_USED = "graph-in-full"

class GraphOverview {
  constructor(stage, look) {
    this.root = element("div", { className: "overview", hidden: true })
    this.root.setAttribute("aria-hidden", "true")
    stage.after(this.root)
    const follow = (event) => look(this.pointAt(event))
    this.root.addEventListener("pointerdown", (event) => {
      this.root.setPointerCapture(event.pointerId)
      follow(event)
    })
    this.root.addEventListener("pointermove", (event) => event.buttons && follow(event))
  }

  get hidden() {
    return this.root.hidden
  }

  set hidden(hidden) {
    this.root.hidden = hidden
  }

  update(svg) {
    const drawing = svgElement("g", { id: OVERVIEW_USED, class: "graph" }) // styles know what is used by its own classes
    drawing.append(...svg.childNodes)
    svg.append(drawing)
    this.frame = svgElement("rect", { class: "sight", rx: 12 })
    this.svg = svgElement("svg", { viewBox: svg.getAttribute("viewBox") })
    this.svg.append(svgElement("use", { href: `#${OVERVIEW_USED}` }), this.frame)
    this.root.replaceChildren(this.svg)
  }

  show(x, y, width, height) {
    for (const [name, value] of Object.entries({ x, y, width, height })) this.frame.setAttribute(name, value)
  }

  pointAt({ clientX, clientY }) {
    const point = new DOMPoint(clientX, clientY).matrixTransform(this.svg.getScreenCTM().inverse())
    return [point.x, point.y]
  }
}

function svgElement(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}
