// Play, pause, step and scrub through the frames of a run.
const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  first: "M6 5h2.4v14H6zM19 5v14L9.5 12z",
  back: "M16.5 5v14L7 12z",
  forward: "M7.5 5v14L17 12z",
  last: "M15.6 5H18v14h-2.4zM5 5v14l9.5-7z",
  dice:
    "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm0 2v14h14V5z" +
    "M8.5 7a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zm3.5 3.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zm3.5 3.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z",
  fork: "M14 4l2.29 2.29-2.88 2.88 1.42 1.42 2.88-2.88L20 10V4zm-4 0H4v6l2.29-2.29 4.71 4.7V20h2v-8.41l-5.29-5.3z",
  undo: "M12.5 8c-2.65 0-5.05 1-6.9 2.6L2 7v9h9l-3.6-3.6a8 8 0 0 1 12.7 3.9l2.4-.8A10.5 10.5 0 0 0 12.5 8z",
}
const SPEEDS = [1, 2, 5, 10, 20, 30, 60]
const USUAL_SPEED = 10
const REPLAY_SECONDS = 1.7 // with the drawing of the last frame, two

function icon(name) {
  const namespace = "http://www.w3.org/2000/svg"
  const picture = document.createElementNS(namespace, "svg")
  picture.setAttribute("viewBox", "0 0 24 24")
  picture.setAttribute("aria-hidden", "true")
  const path = picture.appendChild(document.createElementNS(namespace, "path"))
  path.setAttribute("d", ICONS[name])
  return picture
}

class Player {
  constructor(parent) {
    this.root = parent.appendChild(element("div", { className: "player", role: "group" }))
    this.buttons = {}
    for (const name of ["first", "back", "play", "forward", "last"]) {
      this.buttons[name] = element("button", { type: "button", className: name }, icon(name))
      this.buttons[name].onclick = () => this.press(name)
      this.root.append(this.buttons[name])
    }
    this.slider = this.root.appendChild(element("input", { type: "range", min: "0", step: "1" }))
    this.slider.oninput = () => this.go(Number(this.slider.value))
    this.position = this.root.appendChild(element("output", { className: "position" }))
    this.fork = element("button", { type: "button", className: "fork", onclick: () => this.forkHere() }, icon("fork"))
    this.forkName = this.fork.appendChild(element("span", { className: "word" }))
    this.undo = element("button", { type: "button", className: "undo", onclick: () => this.tell("reseed", -1) }, icon("undo"))
    this.reseed = element("button", { type: "button", className: "reseed", onclick: () => this.tell("reseed", 1) }, icon("dice"))
    this.seed = this.reseed.appendChild(element("span"))
    this.seedName = element("span", { className: "word" })
    this.root.append(this.fork, this.undo, this.reseed)
    this.speed = this.root.appendChild(element("select"))
    this.speed.onchange = () => {
      this.group.speed = Number(this.speed.value)
    }
    this.root.addEventListener("pointerdown", () => this.activate())
    this.root.addEventListener("focusin", () => this.activate())
    this.onkey = (event) => this.key(event)
    // Capturing, so that a clicker's key is not also taken by a slider that still has the focus.
    document.addEventListener("keydown", this.onkey, true)
    this.onframe = (event) => event.detail.group === this.group?.name && this.show()
    window.addEventListener("simulator:frame", this.onframe)
  }

  update(data, tell) {
    this.data = data
    this.tell = tell
    const { words } = data
    const group = frameGroup(data.group)
    const isNew = group.steps.length !== data.steps.length
    if (this.group && this.group !== group) this.pause()
    this.group = group
    const changed = isNew || group.run !== data.run
    const other = changed && data.opens !== null
    // The step of the address, also while a run is still growing, until the reader steps or moves a control.
    if (group.frame < 0) group.asked = data.linked ? stepInLink() : undefined
    if (group.frame < 0) group.askedAt = restOfLink()
    else if (group.askedAt !== restOfLink()) group.asked = undefined
    const replaces = group.run !== undefined && group.run !== data.run && group.page === location.pathname
    const goesOn = replaces && group.forkedAt !== undefined
    group.steps = data.steps
    group.run = data.run
    group.page = location.pathname
    group.speed ??= USUAL_SPEED
    if (isNew || other || goesOn || group.frame < 0) {
      this.pause()
      group.frame = group.asked === undefined ? this.usual : indexOfStep(data.steps, -1, group.asked)
    }
    const entry = this.entered ? undefined : takeEntry()
    this.entered = true
    if (entry !== undefined) group.frame = entry === "first" ? 0 : data.steps.length - 1
    this.root.classList.toggle("on-stage", onStage(this.root))
    if (leads(this.root)) this.activate()
    this.root.setAttribute("aria-label", words.label)
    this.root.title = ""
    for (const name of ["first", "back", "forward", "last"]) this.name(this.buttons[name], words[name])
    this.slider.max = String(Math.max(data.steps.length - 1, 0))
    this.slider.setAttribute("aria-label", words.scrub)
    this.slider.title = words.keys
    this.speed.setAttribute("aria-label", words.speed)
    this.speed.title = words.speed
    const options = SPEEDS.map((number) => element("option", { value: number, textContent: fill(words.per_second, { number }) }))
    this.speed.replaceChildren(...options)
    this.speed.value = String(group.speed)
    this.root.classList.toggle("empty", data.steps.length < 2)
    this.writeFork()
    this.writeSeed()
    this.show()
    const first = goesOn ? indexOfStep(data.steps, -1, group.forkedAt) : 0
    if (replaces) group.forkedAt = undefined
    if (data.replays && replaces && group.asked === undefined && entry === undefined && !wantsStillness()) this.replay(first)
    else if (changed || entry !== undefined) showFrame(group, group.frame)
  }

  writeFork() {
    const { forks, words } = this.data
    this.fork.hidden = !forks
    this.forkName.textContent = words.fork
    this.name(this.fork, words.fork_here)
  }

  forkHere() {
    this.go(this.group.frame)
    this.group.forkedAt = this.data.steps[this.group.frame]
    this.tell("fork", { step: this.group.forkedAt })
  }

  writeSeed() {
    const { seed, words } = this.data
    this.reseed.hidden = seed === null
    this.undo.hidden = !seed
    this.seedName.textContent = words.seed
    this.seed.replaceChildren(this.seedName, ` ${seed}`)
    this.name(this.reseed, words.new_weights)
    this.name(this.undo, words.old_weights)
  }

  // The frame that a new run opens at.
  get usual() {
    return this.data.opens ?? this.data.steps.length - 1
  }

  name(button, words) {
    button.setAttribute("aria-label", words)
    button.title = words
  }

  // Write the frame into the controls; the numbers are those of the step, so they need no server.
  show() {
    const { data, group } = this
    const frame = group.frame
    const step = data.steps[frame] ?? 0
    const epoch = data.epochs?.[frame]
    const template = epoch === undefined ? data.words.position_no_epoch : data.words.position
    const written = fill(template, { step, total: data.total, epoch: epoch === undefined ? "" : trim(epoch) })
    this.position.textContent = written
    this.slider.value = String(frame)
    this.slider.setAttribute("aria-valuetext", written)
    this.slider.style.setProperty("--done", `${(100 * frame) / Math.max(data.steps.length - 1, 1)}%`)
    const playing = this.timer !== undefined
    const button = this.buttons.play
    if (button.dataset.shows !== String(playing)) {
      button.dataset.shows = String(playing)
      button.replaceChildren(icon(playing ? "pause" : "play"))
    }
    this.name(button, playing ? data.words.pause : data.words.play)
    if (!data.linked || playing) return
    clearTimeout(this.linking)
    this.linking = setTimeout(() => writeInLink("step", frame === this.usual ? undefined : step), LINK_RESTS)
  }

  go(frame) {
    this.group.asked = this.group.forkedAt = undefined
    this.pause()
    showFrame(this.group, frame)
    this.show()
  }

  press(name) {
    const last = this.data.steps.length - 1
    if (name === "play") return this.timer === undefined ? this.play() : this.pause()
    const frame = { first: 0, back: this.group.frame - 1, forward: this.group.frame + 1, last }[name]
    this.go(Math.max(0, Math.min(frame, last)))
  }

  play() {
    const { group, data } = this
    const last = data.steps.length - 1
    if (last < 1) return
    group.asked = undefined
    if (group.frame >= last) showFrame(group, 0)
    this.advance(last, () => group.speed)
  }

  // Once, from the beginning, or from where it was forked, to where the run opens.
  replay(first) {
    const { group } = this
    const last = group.frame
    const from = Math.min(first, last)
    this.pause()
    showFrame(group, from)
    this.advance(last, () => Math.max(USUAL_SPEED, (last - from) / REPLAY_SECONDS))
  }

  // Advance with the clock; while a frame is still being drawn, none is asked for, so slow machines drop frames.
  advance(last, speed) {
    const { group } = this
    let position = group.frame
    let before
    const tick = (now) => {
      if (!this.root.isConnected) return this.pause()
      position += before === undefined ? 0 : ((now - before) / 1000) * speed()
      before = now
      const frame = Math.min(Math.floor(position), last)
      if (!group.busy && frame !== group.frame) showFrame(group, frame)
      if (frame >= last && group.frame === frame) return this.pause()
      this.timer = requestAnimationFrame(tick)
    }
    this.timer = requestAnimationFrame(tick)
    this.show()
  }

  pause() {
    if (this.timer === undefined) return
    cancelAnimationFrame(this.timer)
    this.timer = undefined
    this.show()
  }

  activate() {
    frameBus().active = this
  }

  // Whether a step that way is left.
  takes(button) {
    const { frame } = this.group
    return button === "forward" ? frame < this.data.steps.length - 1 : button === "back" ? frame > 0 : true
  }

  key(event) {
    if (frameBus().active !== this || !this.root.isConnected || !this.root.getClientRects().length) return
    const button = buttonOfKey(event, ".player", scrolls)
    if (button === undefined) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.press(button)
  }

  destroy() {
    this.pause()
    clearTimeout(this.linking)
    document.removeEventListener("keydown", this.onkey, true)
    window.removeEventListener("simulator:frame", this.onframe)
    if (frameBus().active === this) frameBus().active = null
    this.root.remove()
  }
}

function scrolls(target) {
  return target.scrollWidth > target.clientWidth + 1 && target.tabIndex === 0
}

function trim(epoch) {
  return Number(epoch.toFixed(epoch < 10 ? 2 : 1))
}

const players = new WeakMap()

export default function (component) {
  return mount(players, component, (parent) => new Player(parent), component.setTriggerValue)
}
