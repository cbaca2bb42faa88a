// The sentences of the stage: first those that follow the pictures, then the panel's own; as many whole ones as fit
// when the picture has its share of the window.
const PICTURE_SHARE = 0.6

class StageWords {
  constructor(parent) {
    this.host = parent.host ?? parent
    this.parent = parent
    this.lines = new Map() // picture → its paragraph
    this.onsaid = () => this.follow()
    window.addEventListener("simulator:said", this.onsaid)
    this.sizes = new ResizeObserver(() => this.fit())
    this.changes = new MutationObserver(() => this.look())
    this.look()
  }

  update() {
    this.look()
    this.follow()
  }

  look() {
    const words = this.host.closest(".st-key-stage_words")
    const body = this.host.closest(".st-key-stage_body")
    if (words && words !== this.words) {
      this.words = words
      this.changes.disconnect()
      this.changes.observe(words, { childList: true, subtree: true, characterData: true })
      this.sizes.disconnect()
      this.sizes.observe(body)
      this.sizes.observe(words)
      this.body = body
    }
    this.fit()
  }

  // What the pictures on the stage say at their step.
  follow() {
    const said = [...frameBus().said].filter(([host, { now }]) => now && host.isConnected && this.body?.contains(host))
    const hosts = new Set(said.map(([host]) => host))
    for (const [host, line] of this.lines) {
      if (hosts.has(host)) continue
      line.remove()
      this.lines.delete(host)
    }
    for (const [host, { now, all }] of said) {
      if (!this.lines.has(host)) this.lines.set(host, this.parent.appendChild(element("p")))
      const line = this.lines.get(host)
      if (line.textContent !== now) line.textContent = now
      this.reserve(line, now, all)
    }
    this.fit()
  }

  // Room for the longest sentence of a picture: it must not change its size while it is stepped through.
  reserve(line, now, all) {
    const wanted = `${line.clientWidth}|${getComputedStyle(line).fontSize}|${all.length}|${all[0]}`
    if (line.reserved === wanted) return
    line.reserved = wanted
    line.style.minHeight = ""
    const longest = [...all].sort((one, other) => other.length - one.length).slice(0, 6)
    const heights = longest.map((sentence) => {
      line.textContent = sentence
      return line.getBoundingClientRect().height
    })
    line.textContent = now
    line.style.minHeight = `${Math.ceil(Math.max(...heights))}px`
  }

  fit() {
    if (!this.words || !this.body) return
    const own = this.words.querySelector(":scope > :has([data-testid=stBidiComponentIsolated])")
    const items = [...this.words.children]
    own?.toggleAttribute("data-empty", this.lines.size === 0)
    for (const item of items) item.removeAttribute("data-unseen")
    // Only now: what is not seen is a pixel wide, and would be measured as a tower of words.
    for (const [host, { now, all }] of frameBus().said) if (this.lines.has(host)) this.reserve(this.lines.get(host), now, all)
    const gap = parseFloat(getComputedStyle(this.words).rowGap) || 0
    const between = parseFloat(getComputedStyle(this.body).rowGap) || 0
    const room = this.body.clientHeight - Math.ceil(PICTURE_SHARE * window.innerHeight) - between
    const heights = items.map((item) => item.getBoundingClientRect().height)
    let used = -gap
    let full = false
    items.forEach((item, index) => {
      if (!heights[index]) return
      const fits = !full && used + gap + heights[index] <= room
      if (fits) used += gap + heights[index]
      else item.setAttribute("data-unseen", "")
      full ||= !fits && used > 0 // what comes after a sentence that is not seen may belong to it
    })
  }

  destroy() {
    window.removeEventListener("simulator:said", this.onsaid)
    this.sizes.disconnect()
    this.changes.disconnect()
    for (const line of this.lines.values()) line.remove()
  }
}

const stageWords = new WeakMap()

export default function (component) {
  return mount(stageWords, component, (parent) => new StageWords(parent))
}
