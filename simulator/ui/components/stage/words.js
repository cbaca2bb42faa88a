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
    this.shorten()
    for (const [host, { now, all }] of frameBus().said) if (this.lines.has(host)) this.reserve(this.lines.get(host), now, all)
    const own = [...this.words.children].find((child) => child.contains(this.host))
    own?.toggleAttribute("data-empty", this.lines.size === 0)
    const items = [...this.lines.values(), ...[...this.words.children].filter((child) => child !== own)]
    for (const item of items) item.removeAttribute("data-unseen")
    const gap = parseFloat(getComputedStyle(this.words).rowGap) || 0
    const between = parseFloat(getComputedStyle(this.body).rowGap) || 0
    const room = this.body.clientHeight - Math.ceil(PICTURE_SHARE * window.innerHeight) - between
    let used = -gap
    let full = false
    for (const [item, height] of items.map((item) => [item, item.getBoundingClientRect().height])) {
      if (!height) continue
      const fits = !full && used + gap + height <= room
      if (fits) used += gap + height
      else item.setAttribute("data-unseen", "")
      full ||= !fits && used > 0 // what comes after a sentence that is not seen may belong to it
    }
  }

  // A question that needs two lines is set a little smaller: perhaps it then needs one.
  shorten() {
    const question = document.querySelector(".st-key-stage_head h1")
    if (!question) return
    question.removeAttribute("data-long")
    const { lineHeight, fontSize } = getComputedStyle(question)
    const line = parseFloat(lineHeight) || 1.2 * parseFloat(fontSize)
    question.toggleAttribute("data-long", question.getBoundingClientRect().height > 1.8 * line)
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
