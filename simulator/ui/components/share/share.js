// A link, the button that copies it, and its QR code, small here and large in the hall.
const SAYS = 2000 // milliseconds for which the button says that it has copied

class Share {
  constructor(parent) {
    this.root = parent.appendChild(element("div", { className: "share" }))
    this.field = element("input", { type: "text", readOnly: true, className: "address", spellcheck: false })
    this.field.onfocus = () => this.field.select()
    this.copy = element("button", { type: "button", className: "copy", onclick: () => this.take() })
    this.said = element("p", { className: "unseen", role: "status" })
    this.large = element("button", { type: "button", className: "large", onclick: () => this.enlarge() })
    this.code = element("img", { className: "code" })
    this.code.onclick = () => this.enlarge()
    const left = element("div", { className: "link" }, this.field, element("div", { className: "ways" }, this.copy, this.large))
    this.root.append(this.code, left, this.said)
  }

  update(data, send) {
    this.data = data
    this.tellShown(data.shown, send)
    const { address, code, words } = data
    this.field.value = address
    this.field.setAttribute("aria-label", words.link)
    this.copy.textContent = words.copy
    this.large.textContent = words.enlarge
    this.code.hidden = this.large.hidden = !code
    if (code) this.code.src = code
    this.code.alt = words.code
    this.code.title = words.enlarge
  }

  // Python knows of the address only what it has written itself.
  tellShown(known, send) {
    const shown = Object.fromEntries(IN_BROWSER.map((name) => [name, inLink(name)]).filter(([, value]) => value !== undefined))
    const written = JSON.stringify(shown)
    const isNew = written !== (this.told ?? JSON.stringify(known))
    this.told = written
    if (isNew) send("shown", shown)
  }

  // Over plain HTTP a page has no clipboard; what is selected can be copied all the same.
  async take() {
    const { address, words } = this.data
    let done = false
    try {
      await navigator.clipboard.writeText(address)
      done = true
    } catch {
      this.field.focus()
      this.field.select()
      done = document.execCommand("copy")
    }
    if (!done) return
    this.copy.textContent = this.said.textContent = words.copied
    clearTimeout(this.saying)
    this.saying = setTimeout(() => {
      this.copy.textContent = this.data.words.copy
      this.said.textContent = ""
    }, SAYS)
  }

  enlarge() {
    const { address, code, words } = this.data
    const close = element("button", { type: "button", className: "close", textContent: words.close })
    const picture = element("img", { src: code, alt: words.code })
    const hall = element("dialog", { className: "hall" }, picture, element("p", { textContent: address }), close)
    hall.onclick = () => hall.close()
    hall.onclose = () => hall.remove()
    // Escape closes the code, not the dialog under it.
    hall.onkeydown = (event) => event.stopPropagation()
    this.root.append(hall)
    hall.showModal()
  }

  destroy() {
    clearTimeout(this.saying)
    this.root.remove()
  }
}

const shares = new WeakMap()

export default function (component) {
  return mount(shares, component, (parent) => new Share(parent), component.setStateValue)
}
