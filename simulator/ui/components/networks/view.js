// Networks one above the other: one huge number each, the light that runs back from the loss, and the depth to drag.
// Everything that is shown was computed and written in Python, for every depth of the slider; nothing is asked while
// it is dragged.
const RUN_MILLISECONDS = 2600
const REST_MILLISECONDS = 350
const DONE = 0
const ROOMY = 8.5 // rem that a network needs below its words

class Networks {
  constructor(parent) {
    this.host = parent.host ?? parent
    this.root = parent.appendChild(element("div", { className: "networks" }))
    this.rows = this.root.appendChild(element("div", { className: "rows" }))
    const foot = this.root.appendChild(element("div", { className: "foot" }))
    this.play = foot.appendChild(element("button", { type: "button", className: "play" }))
    this.play.onclick = () => (this.running ? this.finish() : this.run())
    this.label = foot.appendChild(element("output", { className: "depth" }))
    this.slider = foot.appendChild(element("input", { type: "range", min: "0", step: "1" }))
    this.slider.oninput = () => this.drag(Number(this.slider.value))
    this.legend = this.root.appendChild(element("div", { className: "legend" }))
    this.live = this.root.appendChild(element("p", { className: "live", role: "status" }))
    this.tip = this.root.appendChild(element("div", { className: "tip", hidden: true }))
    this.sizes = new ResizeObserver(() => this.content && this.draw())
    this.sizes.observe(this.rows)
    this.still = matchMedia("(prefers-reduced-motion: reduce)")
    this.onmotion = () => this.content && this.offerPlay()
    this.still.addEventListener("change", this.onmotion)
    this.onkey = (event) => this.key(event)
    document.addEventListener("keydown", this.onkey, true)
  }

  update(bytes, publish) {
    const content = unpack(bytes)
    const { depths } = content
    const depth = content.revision === this.content?.revision && depths.includes(this.depth) ? this.depth : content.depth
    this.publish = (sent) => content.moves && publish({ depth: sent, revision: content.revision })
    this.content = content
    this.finish(false)
    // A depth that the reader has moved on to since stays; Python's counts where the controls were moved from elsewhere.
    this.at = depths.indexOf(depth)
    this.root.classList.toggle("fill", content.fill)
    if (onStage(this.root)) this.lead()
    this.slider.disabled = content.fixed
    this.slider.max = String(depths.length - 1)
    this.slider.value = String(this.at)
    this.build()
    this.draw()
  }

  get depth() {
    return this.content?.depths[this.at]
  }

  // On the stage a clicker plays the light once, then turns to the next panel.
  lead() {
    if (frameBus().active === this) return
    frameBus().active = this
    this.played = takeEntry() === "last"
  }

  takes(button) {
    return button === "forward" && !this.still.matches && Boolean(this.running || !this.played)
  }

  press(button) {
    if (button === "forward") this.running ? this.finish() : this.run()
  }

  key(event) {
    if (frameBus().active !== this || !this.root.getClientRects().length) return
    const button = buttonOfKey(event, ".networks", (target) => target.type === "range")
    if (button === undefined || !this.takes(button)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.press(button)
  }

  // The structure: rows, words, legend.
  build() {
    const { networks, words } = this.content
    this.parts = networks.map((network) => {
      const title = element("h4", { textContent: network.title })
      const big = element("output", { className: "big" })
      const arrives = element("span", { className: "arrives", textContent: words.at_first })
      const name = element("strong", { className: "name" })
      const svg = vector("svg", { role: "img" })
      const ways = element("div", { className: "ways" })
      ways.append(
        element("span", { textContent: words.input }),
        element("b", { textContent: words.backward }),
        element("span", { textContent: words.output })
      )
      const said = element("div", { className: "said" }, title, big, element("div", { className: "words" }, arrives, name))
      const net = element("div", { className: "net" }, svg, ways)
      return { network, big, name, svg, net, said, row: element("section", { className: "row" }, said, net) }
    })
    this.rows.replaceChildren(...this.parts.map(({ row }) => row))
    this.slider.setAttribute("aria-label", fill(words.depth, { count: "" }).trim())
    this.paintLegend()
    this.offerPlay()
  }

  // Lamps of the scale with their numbers.
  paintLegend() {
    const { words, marks, scale } = this.content
    const marked = marks.map((mark) => {
      const { bright, size } = lamp(mark, scale)
      const svg = vector("svg", { viewBox: "-10 -10 20 20", "aria-hidden": "true" })
      vector("circle", { class: "node", r: 6.67 }, svg)
      vector("circle", { class: "lit", r: 10 * size, "fill-opacity": bright }, svg)
      return element("span", { className: "mark" }, svg, mark === 0 ? words.reference : numberText(10 ** mark, 1).replace("1×", ""))
    })
    this.legend.replaceChildren(element("span", { className: "what", textContent: words.legend }), ...marked)
  }

  offerPlay() {
    const { words } = this.content
    this.play.hidden = this.still.matches
    if (this.still.matches) this.finish()
    const label = this.running ? words.stop : words.play
    this.play.replaceChildren(lineIcon(...(this.running ? ["M7 5v14M17 5v14"] : ["M19 5L7 12l12 7z"])), element("span", { textContent: label }))
  }

  draw() {
    const { content, at } = this
    const { depths, words, networks } = content
    const depth = depths[at]
    const start = depths.slice(0, at).reduce((sum, count) => sum + count, 0)
    const rem = letterSize(this.root)
    // Where many stand one above the other, each has its words beside it, and the last one the numbers of the layers.
    const dense = content.fill && this.rows.clientHeight < ROOMY * rem * networks.length
    this.root.classList.toggle("dense", dense)
    this.label.textContent = fill(words.depth, { count: depth })
    this.slider.setAttribute("aria-valuetext", this.label.textContent)
    this.paints = this.parts.map((part, number) => {
      const { network, svg, net, big, name, row } = part
      big.textContent = network.share[at]
      big.title = network.exact[at]
      name.textContent = words[network.name[at]]
      row.dataset.name = network.name[at]
      svg.setAttribute("aria-label", content.sentences[at] || content.alt)
      this.fit(part, rem)
      const { width } = net.getBoundingClientRect()
      const height = dense ? net.clientHeight : Math.max(net.clientHeight - 1.6 * rem, 4 * rem)
      const numbered = !dense || number === networks.length - 1
      const place = plan(Math.max(width, 10 * rem), height, depth, rem, numbered)
      const logs = network.logs.subarray(start, start + depth)
      const tick = numbered ? words.tick : ""
      return paintNetwork(svg, place, logs, content.scale, { tick }, (found) => this.point(found, net))
    })
    for (const light of this.paints) light(DONE)
    if (networks.length) this.say()
  }

  // The number is as large as the line has room for beside the names, but no smaller than they are; where that is too
  // much, it stands without its name.
  fit({ said, big, row }, rem) {
    big.style.fontSize = ""
    row.classList.remove("tight")
    const share = () =>
      Math.min(
        (big.offsetWidth - Math.max(said.scrollWidth - said.clientWidth, 0)) / big.offsetWidth,
        (big.offsetHeight - Math.max(said.scrollHeight - said.clientHeight, 0)) / big.offsetHeight
      )
    if (share() >= 1) return
    big.style.fontSize = `${Math.max(letterSize(big) * share(), rem)}px`
    row.classList.toggle("tight", share() < 1)
  }

  say() {
    const { fill, sentences } = this.content
    if (fill) tellStage(this.host, sentences[this.at], sentences)
  }

  drag(at) {
    this.finish()
    this.at = at
    this.draw()
    clearTimeout(this.resting)
    this.resting = setTimeout(() => {
      this.live.textContent = this.content.sentences[this.at]
      this.publish(this.depth)
    }, REST_MILLISECONDS)
  }

  // The light leaves the output and reaches layer 1; it takes as long in a deep network as in a shallow one.
  run() {
    if (this.still.matches) return
    const far = this.depth + 1
    let started
    this.played = true
    this.root.classList.add("running")
    for (const light of this.paints) light(far)
    const step = (now) => {
      started ??= now
      const front = far * (1 - (now - started) / RUN_MILLISECONDS)
      if (front <= 0 || !this.root.isConnected) return this.finish()
      for (const light of this.paints) light(front)
      this.running = requestAnimationFrame(step)
    }
    this.running = requestAnimationFrame(step)
    this.offerPlay()
  }

  finish(redraw = true) {
    if (!this.running) return
    cancelAnimationFrame(this.running)
    this.running = undefined
    this.root.classList.remove("running")
    if (!redraw) return
    for (const light of this.paints) light(DONE)
    this.offerPlay()
  }

  point(found, net) {
    this.tip.hidden = !found
    if (!found) return
    this.tip.textContent = fill(this.content.words.layer, { layer: found.layer, share: numberText(10 ** found.log, 4) })
    const [box, whole] = [net.getBoundingClientRect(), this.root.getBoundingClientRect()]
    const left = Math.min(box.left - whole.left + found.x, whole.width - this.tip.offsetWidth / 2)
    this.tip.style.left = `${Math.max(left, this.tip.offsetWidth / 2)}px`
    this.tip.style.top = `${box.top - whole.top}px`
  }

  destroy() {
    clearTimeout(this.resting)
    this.finish(false)
    this.sizes.disconnect()
    this.still.removeEventListener("change", this.onmotion)
    document.removeEventListener("keydown", this.onkey, true)
    fallSilent(this.host)
    if (frameBus().active === this) frameBus().active = null
    this.root.remove()
  }
}

const networkViews = new WeakMap()

export default function ({ parentElement, data, setStateValue }) {
  let view = networkViews.get(parentElement)
  if (!view) networkViews.set(parentElement, (view = new Networks(parentElement)))
  view.update(data, (sent) => setStateValue("depth", sent))
  return () => {
    networkViews.delete(parentElement)
    view.destroy()
  }
}
