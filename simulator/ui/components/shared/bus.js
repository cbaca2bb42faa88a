// The page-wide bus of frames. A player publishes which frame its group shows; pictures of the group draw it.
// Components are separate modules, so what they share lies on `window`.
function frameBus() {
  return (window.simulatorFrames ??= { groups: new Map(), active: null, said: new Map(), entry: undefined })
}

function frameGroup(name) {
  const { groups } = frameBus()
  if (!groups.has(name)) {
    groups.set(name, { name, steps: [], frame: -1, pictures: new Set(), busy: false, waiting: false, timings: [] })
  }
  return groups.get(name)
}

// Where a reader who walks from panel to panel on the stage begins: at the "first" step, or at the "last" one; told once.
function takeEntry() {
  const bus = frameBus()
  const { entry } = bus
  bus.entry = undefined
  return entry
}

// On the stage a picture's sentence stands with those of the panel: the one of its step, and all that it may say.
function tellStage(host, now, all) {
  frameBus().said.set(host, { now, all })
  window.dispatchEvent(new CustomEvent("simulator:said"))
}

// A picture that leaves the page takes its sentence with it.
function fallSilent(host) {
  if (frameBus().said.delete(host)) window.dispatchEvent(new CustomEvent("simulator:said"))
}

// Whether a component's element is on the stage.
function onStage(root) {
  return root.getRootNode().host?.closest(".st-key-stage") != null
}

// Whether a player that comes onto the page takes the keys: no other has them, or it is on the stage, over the page.
function leads(root) {
  return !frameBus().active?.root.isConnected || onStage(root)
}

// Show a frame: one drawing at a time; frames that come while one is being drawn are dropped but for the last.
async function showFrame(group, frame) {
  group.frame = Math.max(0, Math.min(frame, group.steps.length - 1))
  group.waiting = true
  if (group.busy) return
  group.busy = true
  try {
    while (group.waiting) {
      group.waiting = false
      const shown = group.frame
      const started = performance.now()
      const detail = { group: group.name, frame: shown, step: group.steps[shown], numFrames: group.steps.length }
      window.dispatchEvent(new CustomEvent("simulator:frame", { detail }))
      const drawn = [...group.pictures].map(async (picture) => picture(shown, detail.step))
      for (const result of await Promise.allSettled(drawn)) {
        if (result.status === "rejected") console.error(result.reason)
      }
      group.timings.push(performance.now() - started)
      if (group.timings.length > 300) group.timings.shift()
    }
  } finally {
    group.busy = false
  }
}

// Index of a step among a picture's own steps: the same index where they agree, else the last step before it.
function indexOfStep(steps, frame, step) {
  if (!steps.length) return 0
  if (step === undefined) return steps.length - 1
  if (steps[frame] === step) return frame
  let low = 0
  let high = steps.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (steps[middle] <= step) low = middle
    else high = middle - 1
  }
  return low
}

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && name !== "list" && name !== "role") made[name] = value
    else made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}

// An icon of lines, 24 units wide.
function lineIcon(...paths) {
  const namespace = "http://www.w3.org/2000/svg"
  const icon = document.createElementNS(namespace, "svg")
  icon.setAttribute("viewBox", "0 0 24 24")
  icon.setAttribute("aria-hidden", "true")
  for (const path of paths) icon.appendChild(document.createElementNS(namespace, "path")).setAttribute("d", path)
  return icon
}

// Replace {name} by its value.
function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}

// Run a component's instance: created at the first call for a place, updated at the others.
function mount(instances, { parentElement, data }, create, ...more) {
  let instance = instances.get(parentElement)
  if (!instance) instances.set(parentElement, (instance = create(parentElement)))
  instance.update(data, ...more)
  return () => {
    instances.delete(parentElement)
    instance.destroy()
  }
}

// Whether the reader asked the system for less motion.
function wantsStillness() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches
}

// Buttons of which one is on.
function choiceButtons(place, label, names, chosen, choose) {
  place.setAttribute("role", "group")
  place.setAttribute("aria-label", label)
  place.replaceChildren(
    ...names.map(([name, words]) => {
      const button = element("button", { type: "button", textContent: words, onclick: () => choose(name) })
      button.setAttribute("aria-pressed", String(name === chosen))
      return button
    })
  )
}
