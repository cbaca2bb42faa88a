// Formulas by the module that Streamlit draws its own with, so that rules and fonts of the page fit them. It gives a
// tree; the page's rules are copied into the shadow.
let formulaModule = null

function loadFormulaModule(address) {
  if (!address) return Promise.reject(new Error("Streamlit brings no formulas"))
  return (formulaModule ??= import(new URL(address, window.location.origin).href).then((module) => module.default))
}

// The page's rules for formulas. Fonts are the page's own and need no copy.
function formulaRules() {
  const rules = []
  for (const sheet of document.styleSheets) {
    let found = []
    try {
      found = [...sheet.cssRules]
    } catch {
      continue
    }
    for (const rule of found) if (rule.selectorText?.includes(".katex")) rules.push(rule.cssText)
  }
  return rules.join("\n")
}

const ATTRIBUTES = { className: "class", ariaHidden: "aria-hidden" }

function markup(node) {
  const escaped = (words) => String(words).replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
  if (node.type === "text") return escaped(node.value)
  const inside = (node.children ?? []).map(markup).join("")
  if (node.type !== "element") return inside
  const attributes = Object.entries(node.properties ?? {}).map(([name, value]) => {
    const words = Array.isArray(value) ? value.join(" ") : value === true ? "true" : value
    return ` ${ATTRIBUTES[name] ?? name}="${escaped(words)}"`
  })
  return `<${node.tagName}${attributes.join("")}>${inside}</${node.tagName}>`
}

class Formulas {
  constructor(parent) {
    this.style = parent.appendChild(element("style"))
    this.written = new Map()
  }

  // Where the module cannot be had, a formula is shown as it is written.
  async load(address) {
    if (this.draw !== undefined) return
    this.draw = null
    try {
      const plugin = await loadFormulaModule(address)
      this.draw = plugin({ strict: "ignore", trust: (context) => context.command === "\\htmlClass" })
      this.style.textContent = formulaRules()
    } catch (error) {
      console.warn(error)
      this.failed = true
    }
  }

  write(place, latex) {
    if (!this.draw) {
      place.replaceChildren(this.failed ? element("code", { textContent: latex }) : "")
      return
    }
    let written = this.written.get(latex)
    if (written === undefined) {
      const source = { type: "text", value: `\\displaystyle ${latex}` }
      const formula = { type: "element", tagName: "code", properties: { className: ["math-inline"] }, children: [source] }
      const tree = { type: "root", children: [formula] }
      this.draw(tree, { message: (words) => console.warn(words) })
      written = markup(tree)
      if (this.written.size > 600) this.written.clear()
      this.written.set(latex, written)
    }
    place.innerHTML = written
  }
}
