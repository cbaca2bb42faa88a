// From a page onto the stage: the key f takes the picture under the pointer or with the focus, else the first one.
class StageOpener {
  constructor() {
    this.under = null
    this.onmove = (event) => {
      this.under = event.target
    }
    this.onkey = (event) => this.key(event)
    this.onbutton = (event) => this.openFrom(event.detail.host)
    document.addEventListener("pointermove", this.onmove, { passive: true })
    window.addEventListener("keydown", this.onkey)
    window.addEventListener("simulator:stage", this.onbutton)
  }

  update(data, send) {
    this.send = send
    const isNew = this.data === undefined
    this.data = data
    if (isNew && data.last) this.comeBack(data.last)
  }

  // The panel that was on the stage is in sight, and what opened it has the focus.
  comeBack(panel, tries = 40) {
    const place = Object.keys(this.data.panels).find((key) => this.data.panels[key] === panel)
    const found = place && document.querySelector(`.st-key-${place}`)
    if (!found || !found.getBoundingClientRect().height) {
      if (tries) this.coming = setTimeout(() => this.comeBack(panel, tries - 1), 50)
      return
    }
    const { top, bottom } = found.getBoundingClientRect()
    if (top < 0 || bottom > window.innerHeight) found.scrollIntoView({ block: top < 0 ? "start" : "nearest" })
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return
    if (event.code !== "KeyF" || takesLetters(event)) return
    const places = [this.under, document.activeElement].map((target) => this.panelOf(target))
    const wanted = places.find((panel) => panel !== undefined) ?? Object.values(this.data.panels)[0]
    if (wanted !== undefined) this.send("go", wanted)
  }

  openFrom(host) {
    const panel = this.panelOf(host)
    if (panel !== undefined) this.send("go", panel)
  }

  panelOf(target) {
    if (!(target instanceof Element)) return undefined
    const place = Object.keys(this.data.panels).find((key) => target.closest(`.st-key-${key}`))
    return this.data.panels[place]
  }

  destroy() {
    clearTimeout(this.coming)
    document.removeEventListener("pointermove", this.onmove)
    window.removeEventListener("keydown", this.onkey)
    window.removeEventListener("simulator:stage", this.onbutton)
  }
}

const openers = new WeakMap()

export default function (component) {
  return mount(openers, component, () => new StageOpener(), component.setTriggerValue)
}
