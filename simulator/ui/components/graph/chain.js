// Labelled formulas, one below the other; on the stage as large as they fit.
class FormulaList {
  constructor(parent) {
    this.root = parent.appendChild(element("section", { className: "formula-list" }))
    this.rows = this.root.appendChild(element("div", { className: "rows" }))
    this.formulas = new Formulas(this.root)
    this.sizes = new ResizeObserver(() => this.fit())
    this.sizes.observe(this.root)
  }

  update(data) {
    this.data = data
    this.root.setAttribute("aria-label", data.alt)
    this.root.classList.toggle("fill", data.fill)
    this.write()
    this.formulas.load(data.formulas).then(() => this.write())
  }

  write() {
    this.rows.replaceChildren(
      ...this.data.lines.map(([label, latex]) => {
        const formula = element("div", { className: "formula", tabIndex: 0 })
        this.formulas.write(formula, latex)
        return element("div", { className: "entry" }, ...(label ? [element("b", { textContent: label })] : []), formula)
      })
    )
    this.fit()
  }

  fit() {
    this.rows.style.fontSize = ""
    if (!this.data?.fill) return
    const { root, rows } = this
    for (let size = 1.6; size > 0.3; size -= 0.1) {
      rows.style.fontSize = `${size}em`
      for (const columns of [1, 2, 3, 4]) {
        rows.style.setProperty("--columns", columns)
        if (rows.offsetHeight <= root.clientHeight && rows.offsetWidth <= root.clientWidth) return
      }
    }
  }

  destroy() {
    this.sizes.disconnect()
    this.root.remove()
  }
}

const formulaLists = new WeakMap()

export default function (component) {
  return mount(formulaLists, component, (parent) => new FormulaList(parent))
}
