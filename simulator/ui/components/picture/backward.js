// Backpropagation in one node, with the numbers of one example of the step's mini-batch: its δ, the gradients of the
// weights that come in, and how the step moves them.
const MOST_TERMS = 4
const MOST_WEIGHTS = 4
const NEGLIGIBLE = 1e-6
const CLOSE = 0.004

function writeBackward(panel, drawing) {
  const { selected, words, content } = drawing
  if (!selected) {
    panel.replaceChildren(element("p", { className: "hint", textContent: words.click_backward }))
    return
  }
  const { layer, unit } = selected
  const example = `${words.batch_label} ${drawing.nameOfPass(drawing.example)}`
  const truth = fill(words.truth, { target: drawing.truth() })
  const title = `${content.columns[layer]} · ${fill(words.weights_of, { number: drawing.unitName(layer, unit) })} · ${example} (${truth})`
  const last = layer === content.kept.length - 1
  panel.replaceChildren(
    element("b", { textContent: title }),
    element("div", { className: "delta" }, "δ = ∂L/∂z = ", ...(last ? outputDelta(drawing, unit) : hiddenDelta(drawing, layer, unit))),
    element("div", { className: "rule" }, ...gradientRule(drawing)),
    element("div", { className: "rule" }, ...updateRule(drawing)),
    weightTable(drawing, layer, unit)
  )
}

function marked(value) {
  return element("b", { className: "backward", textContent: numberText(value) })
}

// The digits with which a reader who computes by hand gets what is written, or almost.
function digitsFor(whole, rounded) {
  return [3, 4, 5, 6].find((digits) => Math.abs(rounded((value) => Number(value.toPrecision(digits))) - whole) <= CLOSE * Math.abs(whole)) ?? 7
}

// The largest products of a sum written out, and the sum of the others. Products that are not drawn are known by the whole.
function writtenSum(terms, whole, hidden, words) {
  const order = terms.map((_, index) => index).sort((a, b) => Math.abs(terms[b].value) - Math.abs(terms[a].value))
  const shown = new Set(terms.length + hidden <= MOST_TERMS ? order : order.slice(0, MOST_TERMS - 1))
  const [written, others] = [true, false].map((kept) => terms.filter((_, index) => shown.has(index) === kept))
  const left = others.length + hidden
  const add = (products) => products.reduce((sum, { factors: [first, second] }) => sum + first * second, 0)
  const rest = hidden ? whole - add(written) : add(others)
  const digits = digitsFor(whole, (round) => written.reduce((sum, { factors }) => sum + round(factors[0]) * round(factors[1]), left ? round(rest) : 0))
  const parts = written.map(({ factors }) => factors.map((value) => factor(value, digits)).join("·"))
  if (left) {
    const negligible = hidden && Math.abs(rest) < NEGLIGIBLE * Math.abs(terms[order[0]].value)
    parts.push(`[${fill(words.more_terms, { number: left, sum: negligible ? "≈ 0" : numberText(rest, digits) })}]`)
  }
  return parts.join(" + ")
}

// Σ w·δ over the layer above times φ′(z): what arrives and what passes.
function hiddenDelta(drawing, layer, unit) {
  const { words, content } = drawing
  const { kept, sizes, formula, passes } = content
  const terms = [...Array(kept[layer + 1]).keys()].map((to) => {
    const factors = [drawing.line("weight", layer, unit, to), drawing.ofPass("delta", layer + 1, to)]
    return { factors, value: factors[0] * factors[1] }
  })
  const skips = Boolean(formula[layer].residual)
  const skip = skips ? drawing.ofPass("activation_gradient", layer + 1, unit) : 0
  const arriving = drawing.ofPass("activation_gradient", layer, unit)
  const slope = drawing.ofPass("derivative", layer, unit)
  const delta = drawing.ofPass("delta", layer, unit)
  const sum = writtenSum(terms, arriving - skip, sizes[layer + 1] - kept[layer + 1], words)
  const added = skips ? ` + ${factor(skip)} [${words.skip}]` : ""
  const shape = formula[layer - 1]
  const phi = `${shape.name}′(${numberText(drawing.preActivation(layer, unit))})`
  const dropout = passes.dropout[layer - 1]
  // Where nothing arrives, or nothing passes, the numbers do not tell whether the node was dropped.
  const scaled = dropout > 0 && arriving * slope !== 0 ? (delta === 0 ? 0 : 1 / (1 - dropout)) : null
  const factors = scaled === null ? "" : ` · ${numberText(scaled)} [${words.dropout}]`
  const rule = `(Σ w·δ${skips ? ` + ∂L/∂a` : ""})`
  if (shape.normalized) {
    return [`${rule} · φ′ · … = (${sum}${added}) · ${factor(slope)}${factors} · … = `, marked(delta), ` (${words.batch_norm})`]
  }
  return [`${rule} · φ′(z) = (${sum}${added}) · ${phi}${factors} = ${factor(arriving)} · ${factor(slope)}${factors && ` · ${numberText(scaled)}`} = `, marked(delta)]
}

function outputDelta(drawing, unit) {
  const { words, content } = drawing
  const { kept, sizes, formula, passes } = content
  const layer = kept.length - 1
  const y = drawing.ofPass("activation", layer, unit)
  const target = drawing.target(unit)
  const digits = digitsFor(y - target, (round) => round(y) - round(target))
  const difference = `${numberText(y, digits)} − ${factor(target, digits)}`
  const delta = marked(drawing.ofPass("delta", layer, unit))
  if (passes.natural) return [`y − t = ${difference} = `, delta]
  const { name } = formula[layer - 1]
  if (name === "softmax") {
    const terms = [...Array(kept[layer]).keys()].map((other) => {
      const slope = drawing.ofPass("activation", layer, other) * ((other === unit) - y)
      const factors = [drawing.ofPass("activation_gradient", layer, other), slope]
      return { factors, value: factors[0] * factors[1] }
    })
    const whole = drawing.ofPass("delta", layer, unit)
    return [`Σ ∂L/∂yₖ · ∂yₖ/∂z = ${writtenSum(terms, whole, sizes[layer] - kept[layer], words)} = `, delta, ` (${words.through_softmax})`]
  }
  const scale = passes.factor === 1 ? "" : `${numberText(passes.factor)} · `
  const slope = drawing.ofPass("derivative", layer, unit)
  const phi = name === "identity" ? ["", ""] : [" · φ′(z)", ` · ${factor(slope)}`]
  return [`${scale}(y − t)${phi[0]} = ${scale}(${difference})${phi[1]} = `, delta]
}

function gradientRule(drawing) {
  const { words, content, frame } = drawing
  const { passes } = content
  const over = fill(passes.summed ? words.sum : words.mean, { number: passes.count[frame] })
  return [`∂L/∂w = a·δ, ${over}${passes.data_gradient ? ` + ${words.penalty}` : ""}`]
}

function updateRule(drawing) {
  const { words, content, frame } = drawing
  const { optimizer, rate, clip, made } = content.passes
  const remarks = []
  const clipped = clip[frame] < 1
  const step = optimizer === "sgd" ? `− η·${clipped ? "c·" : ""}∂L/∂w` : "+ Δw"
  const rule = `w ← w ${step}, η = ${numberText(rate[frame])}${clipped ? `, c = ${numberText(clip[frame])}` : ""}`
  if (optimizer !== "sgd") remarks.push(fill(words.optimizer, { name: optimizer }))
  if (clipped) remarks.push(words.clipped)
  if (!made[frame]) remarks.push(words.not_made)
  return [remarks.length ? `${rule} (${remarks.join("; ")})` : rule]
}

// Every weight that comes in, or those with the largest gradients, and the bias.
function weightTable(drawing, layer, unit) {
  const { words, content, frame } = drawing
  const { kept, sizes, lines, passes } = content
  const gradients = [...Array(kept[layer - 1]).keys()].map((from) => drawing.line("gradient", layer - 1, from, unit))
  const order = gradients.map((_, index) => index).sort((a, b) => Math.abs(gradients[b]) - Math.abs(gradients[a]))
  const shown = order.slice(0, content.kept[layer - 1] > MOST_WEIGHTS ? MOST_WEIGHTS - 1 : MOST_WEIGHTS).sort((a, b) => a - b)
  const delta = drawing.ofPass("delta", layer, unit)
  const bias = (mode) => lines[mode].bias[layer - 1][frame * kept[layer] + unit]
  const rows = shown.map((from) => {
    const [weight, gradient, update] = LINE_MODES.map((mode) => drawing.line(mode, layer - 1, from, unit))
    const data = passes.data_gradient?.[layer - 1][(frame * kept[layer - 1] + from) * kept[layer] + unit]
    return weightRow(drawing, { name: drawing.unitName(layer - 1, from), from, a: drawing.activation(layer - 1, from), delta, weight, gradient, update, data })
  })
  rows.push(weightRow(drawing, { name: words.bias, from: -1, a: 1, delta, weight: bias("weight"), gradient: bias("gradient"), update: bias("update") }))
  const headings = [
    [content.columns[layer - 1], ""],
    [`a·δ (${words.here})`, "here"],
    ...(passes.data_gradient ? [[`a·δ + ${words.penalty}`, "parts"]] : []),
    ["∂L/∂w", ""],
    [words.after, ""],
  ].map(([textContent, className]) => element("th", { scope: "col", textContent, className }))
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...headings)), element("tbody", {}, ...rows))
  const left = [
    [kept[layer - 1] - shown.length, words.more_weights],
    [sizes[layer - 1] - kept[layer - 1], words.not_drawn],
  ].flatMap(([number, template]) => (number ? [fill(template, { number })] : []))
  if (left.length) table.append(element("caption", { textContent: left.join(" ") }))
  return element("div", { className: "weights" }, table)
}

function weightRow(drawing, { name, from, a, delta, weight, gradient, update, data }) {
  const { words, content, frame } = drawing
  const { optimizer, rate, clip, data_gradient: penalised } = content.passes
  const after = Math.fround(weight + update)
  const digits = [3, 4, 5, 6, 7, 8].find((count) => numberText(weight, count) !== numberText(after, count)) ?? 3
  const [old, moved] = [weight, after].map((value) => numberText(value, digits))
  const clipped = clip[frame] < 1 ? `${numberText(clip[frame])}·` : ""
  const step = optimizer === "sgd" ? `${old} − ${numberText(rate[frame])}·${clipped}${factor(gradient)}` : `${old} + ${factor(update)}`
  const lost = after === weight && update !== 0 ? ` (${words.lost})` : ""
  const cells = [["here", `${factor(a)}·${factor(delta)} = ${numberText(a * delta)}`]]
  if (penalised) cells.push(["parts", data === undefined ? "–" : `${numberText(data)} + ${factor(gradient - data)}`])
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name, ...byHand(drawing, name, from, weight)),
    ...cells.map(([className, textContent]) => element("td", { className, textContent })),
    element("td", {}, marked(gradient)),
    element("td", { textContent: `${step} = ${moved}${lost}` })
  )
}

// A way to the fork in which this weight is another number from the step on; a bias comes from no node.
function byHand({ shell, words, selected, frame }, name, from, value) {
  if (!shell.content.by_hand) return []
  const title = fill(words.by_hand, { name })
  const asked = { step: shell.steps[frame], layer: selected.layer, source: from + 1, unit: selected.unit + 1, value }
  const button = element("button", { type: "button", title, onclick: () => shell.tell("by_hand", asked) }, lineIcon("M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z"))
  button.setAttribute("aria-label", title)
  return [button]
}
