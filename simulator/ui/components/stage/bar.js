// The buttons and the keys of the stage. Steps are the player's; before its first and after its last one, the panels
// of the page come. What is pressed while the next panel is on its way is done when it is there.
const STAGE_ICONS = {
  controls: ["M4 7h7M17 7h3M4 17h3M13 17h7", "M14 4.5v5M10 14.5v5"],
  previous: ["M14.5 5 8 12l6.5 7"],
  next: ["M9.5 5 16 12l-6.5 7"],
  back: ["M6 6l12 12M18 6 6 18"],
}
const POPUPS = "[role=listbox], [role=dialog], [role=menu], [data-testid=stPopoverBody]"
const PATIENCE = 10_000 // milliseconds until a panel that never came is given up
const PLAYER_PATIENCE = 2_000

class StageBar {
  constructor(parent) {
    this.host = parent.host ?? parent
    this.root = parent.appendChild(element("div", { className: "bar", role: "group" }))
    this.buttons = {}
    const act = {
      controls: () => this.toggleDrawer(),
      previous: () => this.walk("back"),
      next: () => this.walk("forward"),
      back: () => this.leave(),
    }
    for (const [name, onclick] of Object.entries(act)) {
      this.buttons[name] = element("button", { type: "button", className: name, onclick }, lineIcon(...STAGE_ICONS[name]))
      this.root.append(this.buttons[name])
    }
    this.waiting = []
    this.onstep = (event) => this.step(event)
    this.onletter = (event) => this.letter(event)
    window.addEventListener("keydown", this.onstep, true) // before the player
    window.addEventListener("keydown", this.onletter)
    this.cursors = new MutationObserver(() => largePointer())
    this.cursors.observe(document.body, { childList: true, subtree: true })
    this.openDrawer(false)
  }

  update(data, send) {
    this.send = send
    const arrived = this.data !== undefined && this.data.shown !== data.shown
    this.data = data
    for (const [name, button] of Object.entries(this.buttons)) {
      button.title = data.words[name]
      button.setAttribute("aria-label", data.words[name])
    }
    for (const name of ["previous", "next", "back"]) this.buttons[name].hidden = data.alone
    const at = data.panels.indexOf(data.shown)
    this.buttons.previous.disabled = at <= 0
    this.buttons.next.disabled = at < 0 || at >= data.panels.length - 1
    largePointer()
    if (arrived) this.arrive()
  }

  // The player in charge on the stage, if there is one.
  get player() {
    const { active } = frameBus()
    return active?.root?.isConnected && active.root.getClientRects().length ? active : undefined
  }

  step(event) {
    this.popup = document.querySelector(POPUPS) !== null
    const button = buttonOfKey(event, ".player")
    if (button !== "back" && button !== "forward") return
    if (!this.pending && this.goesOn(button)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.press(button)
  }

  goesOn(button) {
    const { player } = this
    return player !== undefined && (player.takes?.(button) ?? true)
  }

  press(button) {
    if (this.pending) this.waiting.push(button)
    else if (this.goesOn(button)) this.player.press(button)
    else this.walk(button)
  }

  walk(button) {
    const { panels, shown } = this.data
    const wanted = panels[panels.indexOf(shown) + (button === "forward" ? 1 : -1)]
    if (wanted === undefined || this.pending || !panels.includes(shown)) return
    this.pending = wanted
    frameBus().entry = button === "forward" ? "first" : "last"
    this.openDrawer(false)
    this.send("go", wanted)
    this.patience = setTimeout(() => this.settle(), PATIENCE)
  }

  // The panel is there; its player may take a moment longer.
  async arrive() {
    const late = performance.now() + PLAYER_PATIENCE
    const { shown } = this.data
    await nextFrame()
    while (this.data.stepped && !this.player && this.root.isConnected && performance.now() < late) await nextFrame()
    if (this.data.shown === shown) this.settle()
  }

  settle() {
    clearTimeout(this.patience)
    this.pending = undefined
    const { waiting } = this
    this.waiting = []
    for (const button of waiting) this.press(button)
  }

  leave() {
    if (this.data.alone) return
    frameBus().entry = undefined
    this.send("go", "")
  }

  letter(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return
    if (event.key === "Escape") {
      if (this.popup || document.querySelector(POPUPS)) return
      if (this.open) this.openDrawer(false, true)
      else this.leave()
    } else if (!takesLetters(event)) {
      const act = { KeyS: () => this.toggleDrawer(), KeyF: () => this.leave() }[event.code]
      if (!act) return
      event.preventDefault()
      act()
    }
  }

  toggleDrawer() {
    this.openDrawer(!this.open, true)
  }

  openDrawer(open, focus = false) {
    this.open = open
    const page = document.documentElement
    if (open) page.dataset.stageDrawer = "open"
    else delete page.dataset.stageDrawer
    this.buttons.controls.setAttribute("aria-expanded", String(open))
    if (!focus) return
    const drawer = document.querySelector(".st-key-stage_drawer")
    if (open && drawer) {
      this.before = this.root.getRootNode().activeElement ?? document.activeElement
      drawer.tabIndex = -1
      drawer.focus({ preventScroll: true })
    } else {
      document.activeElement?.blur()
      this.before?.focus({ preventScroll: true })
    }
  }

  destroy() {
    clearTimeout(this.patience)
    this.cursors.disconnect()
    window.removeEventListener("keydown", this.onstep, true)
    window.removeEventListener("keydown", this.onletter)
    delete document.documentElement.dataset.stageDrawer
    this.root.remove()
  }
}

function nextFrame() {
  return new Promise((resolve) => setTimeout(resolve, 16)) // also where nothing is painted
}

// Style sheets of the page end at a shadow root; what is inside of it would have the small pointer.
let pointerSheet
function largePointer() {
  if (!pointerSheet) {
    pointerSheet = new CSSStyleSheet()
    pointerSheet.replaceSync("* { cursor: inherit !important }")
  }
  for (const { shadowRoot } of document.querySelectorAll(".st-key-stage [data-testid=stBidiComponentIsolated]")) {
    if (shadowRoot && !shadowRoot.adoptedStyleSheets.includes(pointerSheet)) shadowRoot.adoptedStyleSheets.push(pointerSheet)
  }
}

const bars = new WeakMap()

export default function (component) {
  return mount(bars, component, (parent) => new StageBar(parent), component.setTriggerValue)
}
