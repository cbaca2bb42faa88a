// The timeline of named steps, the buttons beside it, and the keys of a clicker.
const GRAPH_ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  first: "M6 5h2.4v14H6zM19 5v14L9.5 12z",
  back: "M16.5 5v14L7 12z",
  forward: "M7.5 5v14L17 12z",
  last: "M15.6 5H18v14h-2.4zM5 5v14l9.5-7z",
}
const GRAPH_SECONDS = { slow: 2.4, usual: 1.2, fast: 0.5 }

function icon(name) {
  const namespace = "http://www.w3.org/2000/svg"
  const picture = document.createElementNS(namespace, "svg")
  picture.setAttribute("viewBox", "0 0 24 24")
  picture.setAttribute("aria-hidden", "true")
  picture.appendChild(document.createElementNS(namespace, "path")).setAttribute("d", GRAPH_ICONS[name])
  return picture
}

class Timeline {
  constructor(parent, go) {
    this.go = go
    this.at = 0
    this.root = parent.appendChild(element("div", { className: "timeline", role: "group" }))
    this.controls = this.root.appendChild(element("div", { className: "controls" }))
    this.buttons = {}
    for (const name of ["first", "back", "play", "forward", "last"]) {
      const button = element("button", { type: "button", className: name }, icon(name))
      button.onclick = () => this.press(name)
      this.buttons[name] = this.controls.appendChild(button)
    }
    this.speed = this.controls.appendChild(element("select"))
    this.position = this.controls.appendChild(element("output", { className: "position" }))
    this.strip = this.root.appendChild(element("ol", { className: "strip" }))
    this.root.addEventListener("pointerdown", () => this.activate())
    this.root.addEventListener("focusin", () => this.activate())
    this.onkey = (event) => this.key(event)
    document.addEventListener("keydown", this.onkey, true)
  }

  update(data) {
    const { words } = data
    this.data = data
    this.root.setAttribute("aria-label", words.timeline)
    for (const name of ["first", "back", "forward", "last"]) this.label(this.buttons[name], words[name])
    const chosen = this.speed.value || "usual"
    const options = Object.keys(GRAPH_SECONDS).map((name) => element("option", { value: name, textContent: words[name] }))
    this.speed.replaceChildren(...options)
    this.speed.value = chosen
    this.speed.setAttribute("aria-label", words.speed)
    const key = JSON.stringify(data.steps.map((step) => [step.name, step.phase, step.hidden]))
    if (key !== this.built) {
      this.built = key
      this.chips = data.steps.map((step, index) => {
        const button = element("button", { type: "button", className: step.phase, textContent: step.name })
        button.title = step.title
        button.onclick = () => this.choose(index)
        return button
      })
      const part = (phase, label) => {
        const chips = this.chips.filter((chip) => chip.className === phase)
        return element("li", {}, element("b", { className: phase, textContent: label }), ...chips)
      }
      this.strip.replaceChildren(part("forward", words.phase_forward), part("backward", words.phase_backward))
    }
    if (leads(this.root)) this.activate()
    this.showPlaying()
  }

  // On the stage no part of a step's name is cut off: as many steps are named as there is room for around this one.
  narrow() {
    if (!this.data.fill) return
    const { strip, chips } = this
    const parts = [...strip.children]
    for (const item of [...chips, ...parts]) item.hidden = false
    const room = strip.clientWidth - 4
    const gaps = [strip, parts[0]].map((item) => parseFloat(getComputedStyle(item).columnGap) || 0)
    const width = chips.map((chip) => chip.offsetWidth + gaps[1])
    const heads = parts.map((part) => part.firstElementChild.offsetWidth + gaps[0])
    const part = (index) => parts.indexOf(chips[index].parentElement)
    let first = this.at
    let last = this.at
    let used = width[first] + heads[part(first)]
    const reaches = (index) => {
      const more = width[index] + (part(index) === part(first) || part(index) === part(last) ? 0 : heads[part(index)])
      if (used + more > room) return false
      used += more
      return true
    }
    for (let grew = true; grew; ) {
      grew = false
      if (last + 1 < chips.length && reaches(last + 1)) grew = Boolean(++last)
      if (first > 0 && reaches(first - 1)) grew = Boolean(first-- + 1)
    }
    chips.forEach((chip, index) => (chip.hidden = index < first || index > last))
    for (const item of parts) item.hidden = [...item.querySelectorAll("button")].every((chip) => chip.hidden)
  }

  label(button, words) {
    button.setAttribute("aria-label", words)
    button.title = words
  }

  show(index) {
    const before = this.chips[this.at]
    before?.removeAttribute("aria-current")
    this.at = index
    this.chips.forEach((chip, place) => chip.classList.toggle("done", place < index))
    const chip = this.chips[index]
    chip.setAttribute("aria-current", "step")
    this.narrow()
    const { strip } = this
    const left = chip.offsetLeft // the strip is what its chips are placed in
    if (left < strip.scrollLeft + 40 || left + chip.offsetWidth > strip.scrollLeft + strip.clientWidth - 40) {
      strip.scrollLeft = left - strip.clientWidth / 2
    }
    const phase = this.data.words[this.data.steps[index].phase === "forward" ? "phase_forward" : "phase_backward"]
    this.position.textContent = fill(this.data.words.position, {
      step: index + 1,
      total: this.data.steps.length,
      phase,
    })
  }

  choose(index) {
    this.pause()
    this.go(Math.max(0, Math.min(index, this.data.steps.length - 1)))
  }

  press(name) {
    if (name === "play") return this.timer === undefined ? this.play() : this.pause()
    const last = this.data.steps.length - 1
    this.choose({ first: 0, back: this.at - 1, forward: this.at + 1, last }[name])
  }

  play() {
    if (this.at >= this.data.steps.length - 1) this.go(0)
    const tick = () => {
      this.timer = setTimeout(() => {
        if (!this.root.isConnected) return this.pause()
        this.go(this.at + 1)
        if (this.at >= this.data.steps.length - 1) return this.pause()
        tick()
      }, 1000 * GRAPH_SECONDS[this.speed.value])
    }
    tick()
    this.showPlaying()
  }

  pause() {
    clearTimeout(this.timer)
    this.timer = undefined
    this.showPlaying()
  }

  showPlaying() {
    const playing = this.timer !== undefined
    const { play } = this.buttons
    if (play.dataset.shows !== String(playing)) {
      play.dataset.shows = String(playing)
      play.replaceChildren(icon(playing ? "pause" : "play"))
    }
    this.label(play, playing ? this.data.words.pause : this.data.words.play)
  }

  activate() {
    frameBus().active = this
  }

  // Whether a step that way is left.
  takes(button) {
    return button === "forward" ? this.at < this.data.steps.length - 1 : button === "back" ? this.at > 0 : true
  }

  key(event) {
    if (frameBus().active !== this || !this.root.isConnected || !this.root.getClientRects().length) return
    const button = buttonOfKey(event, ".graph-view")
    if (button === undefined) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.press(button)
  }

  destroy() {
    clearTimeout(this.timer)
    document.removeEventListener("keydown", this.onkey, true)
    if (frameBus().active === this) frameBus().active = null
  }
}
