// Above the drawing: the steps of the pass, and what the reader chooses with buttons.
const LOOKS = ["symbols", "numbers", "shapes"]
const ENLARGE = "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"

// bar: where it stands; view: {data, m, state, go(place), change(next)}
function drawTimeline(bar, view) {
  const { data, state } = view
  bar.hidden = data.section !== "pass"
  if (bar.hidden) return
  bar.setAttribute("aria-label", data.words.timeline)
  const last = data.sizes.length - 1
  const short = ({ kind, layer }) =>
    ({
      forward: layer === last ? "\\f{Y}" : `\\f{${indexed("A", layer)}}`,
      loss: "\\f{L}",
      start: `\\g{${indexed("G", layer)}}`,
      weights: `\\g{∂${indexed("W", layer)}}`,
      inputs: `\\g{∂${indexed("A", layer - 1)}}`,
      through: `\\g{${indexed("G", layer)}}`,
      update: "W − η∂W",
    })[kind]
  const arrow = (by, label, symbol) => {
    const disabled = by < 0 ? state.step === 0 : state.step === data.steps.length - 1
    const button = element("button", { type: "button", className: "arrow", textContent: symbol, onclick: () => view.go(state.step + by), disabled })
    button.setAttribute("aria-label", label)
    button.title = label
    button.dataset.go = String(by)
    return button
  }
  const chips = data.steps.map((step, place) => {
    const button = element("button", { type: "button", className: `step ${step.kind}`, onclick: () => view.change({ step: place }) }, math(short(step)))
    button.dataset.step = String(place)
    button.title = stepTitle(data, view.m, step, state.rate)
    button.setAttribute("aria-label", `${place + 1}. ${button.title}`)
    if (place === state.step) button.setAttribute("aria-current", "step")
    if (place < state.step) button.classList.add("done")
    return button
  })
  const position = element("output", { textContent: `${state.step + 1}/${data.steps.length}` })
  bar.replaceChildren(arrow(-1, data.words.previous, "◀"), arrow(1, data.words.next, "▶"), position, ...chips)
}

function drawTools(bar, view) {
  const { data, state } = view
  const { section, words: table } = data
  const looks = element("div", { className: "group" })
  choiceButtons(looks, table.look, LOOKS.map((look) => [look, table[`look_${look}`]]), state.look, (look) => view.change({ look }))
  ;[...looks.children].forEach((button, place) => (button.dataset.look = LOOKS[place]))
  const examples = element("div", { className: "group" })
  const names = Array.from({ length: data.rows }, (_, row) => [row, String(row + 1)])
  choiceButtons(examples, table.example, names, state.example, (example) => view.change({ example, path: 0 }))
  ;[...examples.children].forEach((button, place) => (button.dataset.example = String(place)))
  examples.prepend(element("span", { textContent: table.example }))
  bar.replaceChildren(...(section === "matrices" ? [] : [looks]), ...(data.rows > 1 ? [examples] : []))
  if (section !== "pass" && data.fill) bar.append(weightChoice(view.context))
  if (section === "pass") bar.append(element("span", { className: "legend", textContent: table[`legend_${view.step.kind}`] ?? "" }))
  if (table.stage) bar.append(enlargeButton(table.stage, view.host))
}

// Puts the panel on the stage.
function enlargeButton(label, host) {
  const onclick = () => window.dispatchEvent(new CustomEvent("simulator:stage", { detail: { host } }))
  const button = element("button", { type: "button", className: "enlarge", title: label, onclick }, lineIcon(ENLARGE))
  button.setAttribute("aria-label", label)
  return button
}
