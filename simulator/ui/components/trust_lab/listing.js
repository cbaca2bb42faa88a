// Python code line by line. Names of gradients have the colour of gradients; on the stage the letters are as large as
// the place allows.
const VIEWS = new WeakMap()
const TOKEN = /("""[^]*?"""|"[^"]*"|#.*)|\b(def|return|for|in|if|else|lambda|None|True|False)\b|\b(d_out|dW|db|gradients)\b/g
const KINDS = ["quiet", "keyword", "gradient"]
const SMALLEST = 8

export default function (component) {
  const { parentElement, data } = component
  const root = parentElement.querySelector(".listing")
  if (!VIEWS.has(parentElement)) VIEWS.set(parentElement, createListing(root))
  const view = VIEWS.get(parentElement)
  view.accept(data)
  return () => {
    view.destroy()
    VIEWS.delete(parentElement)
  }
}

function createListing(root) {
  let signature
  const observer = new ResizeObserver(fit)
  observer.observe(root)

  function accept(data) {
    const known = JSON.stringify(data)
    if (known === signature) return
    signature = known
    root.classList.toggle("fill", Boolean(data.fill))
    put(root, { role: "group", "aria-label": data.alt })
    for (const [name, colour] of Object.entries(data.colours)) root.style.setProperty(`--${name}`, colour)
    root.replaceChildren()
    data.lines.forEach(({ code, result, said }, place) => {
      const blank = code.trim() ? "" : " blank"
      make("span", { class: `number${blank}`, text: blank ? "" : String(place + 1), "aria-hidden": "true" }, root)
      write(code, make("code", { class: `code${blank}` }, root))
      make("span", { class: `said ${result}${blank}`, text: said }, root)
    })
    fit()
  }

  function write(code, parent) {
    let at = 0
    for (const found of code.matchAll(TOKEN)) {
      const kind = KINDS[found.slice(1).findIndex((part) => part !== undefined)]
      parent.append(code.slice(at, found.index))
      make("span", { class: kind, text: found[0] }, parent)
      at = found.index + found[0].length
    }
    parent.append(code.slice(at))
  }

  function fit() {
    if (!root.classList.contains("fill")) {
      root.style.fontSize = ""
      return
    }
    let low = SMALLEST, high = Math.max(root.clientHeight / 12, SMALLEST)
    while (high - low > 0.25) {
      const size = (low + high) / 2
      root.style.fontSize = `${size}px`
      if (root.scrollHeight > root.clientHeight || root.scrollWidth > root.clientWidth) high = size
      else low = size
    }
    root.style.fontSize = `${low}px`
  }

  return { accept, destroy: () => observer.disconnect() }
}
