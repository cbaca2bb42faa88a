// One step of the pass: its card in symbols, numbers or shapes, and the cache that it fills or takes from.
const LOSS_FORMULAS = {
  cross_entropy: "L = −\\frac{1}{N} Σ_{n} Σ_{j} t_{nj} ln y_{nj}",
  binary_cross_entropy: "L = −\\frac{1}{N} Σ_{n} Σ_{j} (t_{nj} ln y_{nj} + (1 − t_{nj}) ln(1 − y_{nj}))",
  mse_half_sum: "L = \\frac{1}{2} Σ_{n} Σ_{j} (y_{nj} − t_{nj})^{2}",
  mse_mean: "L = \\frac{1}{NK} Σ_{n} Σ_{j} (y_{nj} − t_{nj})^{2}",
  mse_batch_mean: "L = \\frac{1}{N} Σ_{n} Σ_{j} (y_{nj} − t_{nj})^{2}",
}
const START_FORMULAS = { mse_half_sum: "Y − T", mse_mean: "\\frac{2}{NK} (Y − T)", mse_batch_mean: "\\frac{2}{N} (Y − T)" }

// Formulas of a step: with matrices, then for one entry.
function stepFormulas(data, { kind, layer }, words) {
  const last = data.sizes.length - 1
  const before = layer === 1 ? "X" : indexed("A", layer - 1)
  const small = layer === 1 ? "x_{ni}" : `${indexed("a", layer - 1)}_{ni}`
  const [W, G, w, g] = [indexed("W", layer), indexed("G", layer), indexed("w", layer), indexed("g", layer)]
  if (kind === "forward") {
    const [phi, A, a] = layer === last ? [words[`function_${data.output}`], "Y", "y"] : ["φ", indexed("A", layer), indexed("a", layer)]
    const entry = layer === last && data.output === "softmax" ? `\\f{y_{nj}} = \\frac{e^{z_{nj}}}{Σ_{m} e^{z_{nm}}}` : `\\f{${a}_{nj}} = ${phi}(\\f{${indexed("z", layer)}_{nj}})`
    return [
      `\\f{${indexed("Z", layer)}} = \\f{${before}} ${W} + ${indexed("b", layer)}`,
      layer === last ? `\\f{${A}} = ${phi}(\\f{${indexed("Z", layer)}})` : `\\f{${A}} = φ(\\f{${indexed("Z", layer)}}),  φ = ${words[`function_${data.activation}`]}`,
      `\\f{${indexed("z", layer)}_{nj}} = Σ_{i} \\f{${small}} ${w}_{ij} + ${indexed("b", layer)}_{j}`,
      entry,
    ]
  }
  if (kind === "loss") return [LOSS_FORMULAS[data.loss]]
  if (kind === "start") {
    const Z = indexed("Z", layer)
    if (data.joint) return [`\\g{${G}} = \\g{∂L/∂${Z}} = \\frac{1}{N} (\\f{Y} − T)`, `\\g{${g}_{nj}} = \\frac{1}{N} (\\f{y_{nj}} − t_{nj})`]
    return [`\\g{∂L/∂Y} = ${START_FORMULAS[data.loss]}`, `\\g{${G}} = \\g{∂L/∂${Z}} = \\g{∂L/∂Y} ∘ \\f{φ_{out}′(${Z})}`, `\\g{${g}_{nj}} = \\frac{∂L}{∂y_{nj}} · \\frac{∂y_{nj}}{∂z_{nj}}`]
  }
  if (kind === "weights")
    return [
      `\\g{∂L/∂${W}} = \\f{${before}^{⊤}} \\g{${G}}`,
      `\\g{∂L/∂${indexed("b", layer)}} = ${words.column_sums} \\g{${G}}`,
      `\\frac{∂L}{∂${w}_{ij}} = Σ_{n} \\frac{∂${indexed("z", layer)}_{nj}}{∂${w}_{ij}} · \\g{${g}_{nj}} = Σ_{n} \\f{${small}} · \\g{${g}_{nj}}`,
      `\\frac{∂L}{∂${indexed("b", layer)}_{j}} = Σ_{n} 1 · \\g{${g}_{nj}}`,
    ]
  if (kind === "inputs")
    return [
      `\\g{∂L/∂${before}} = \\g{${G}} ${W}^{⊤}`,
      `\\frac{∂L}{∂${small}} = Σ_{j} \\g{${g}_{nj}} · \\frac{∂${indexed("z", layer)}_{nj}}{∂${small}} = Σ_{j} \\g{${g}_{nj}} · ${w}_{ij}`,
    ]
  if (kind === "through")
    return [
      `\\g{${G}} = \\g{∂L/∂${indexed("A", layer)}} ∘ \\f{φ′(${indexed("Z", layer)})}`,
      `\\g{${g}_{nj}} = \\frac{∂L}{∂${indexed("a", layer)}_{nj}} · \\frac{∂${indexed("a", layer)}_{nj}}{∂${indexed("z", layer)}_{nj}} = \\frac{∂L}{∂${indexed("a", layer)}_{nj}} · \\f{φ′(${indexed("z", layer)}_{nj})}`,
      `φ′(z) = ${data.derivative_formula}`,
    ]
  return ["W ← W − η \\g{∂L/∂W}", "b ← b − η \\g{∂L/∂b}"]
}

function stepValues(data, m, step, rate) {
  const { layer } = step
  const values = { layer, before: layer - 1, rows: m.A0.rows, rate: numberText(rate), loss: numberText(data.loss_value), activation: data.words[`function_${data.activation}`] }
  if (layer) Object.assign(values, { inputs: data.sizes[layer - 1], outputs: data.sizes[layer] })
  if (step.kind === "through") {
    const slope = m[`D${layer}`]
    values.total = slope.rows * slope.cols
    values.count = countZeros(slope)
  }
  return values
}

function countZeros(matrix) {
  let count = 0
  for (let row = 0; row < matrix.rows; row++) for (let col = 0; col < matrix.cols; col++) count += matrix.at(row, col) === 0
  return count
}

// Entry of the words for a kind of step; the start depends on the loss.
function stepWord(data, step) {
  if (step.kind === "weights" && data.rows === 1) return "weights_one"
  if (step.kind !== "start") return step.kind
  return data.joint ? (data.loss === "cross_entropy" ? "start_softmax" : "start_sigmoid") : "start_squared"
}

function stepTitle(data, m, step, rate) {
  return words(data.words[`title_${step.kind}`], stepValues(data, m, step, rate))
}

function stepSentence(data, m, step, look, rate) {
  const values = stepValues(data, m, step, rate)
  const key = look === "shapes" ? `shapes_${step.kind}` : `why_${stepWord(data, step)}`
  const dead = step.kind === "through" && look !== "shapes" && values.count > 0 ? ` ${words(data.words.dead, values)}` : ""
  return words(data.words[key], values) + dead
}

// The chosen weight, where the step makes its gradient.
function startingEntry({ kind, layer }, { weight }) {
  return kind === "weights" && layer === weight[0] ? { row: weight[1] - 1, col: weight[2] - 1 } : null
}

// What is still to be predicted at a step; null where everything may be seen. A step that the server has not heard of
// shows nothing yet.
function openQuestion({ data, state }, step = state.step) {
  if (!data.hidden.includes(step)) return null
  return data.asked?.step === step ? data.asked : { about: "", entry: null, rule: true, shape: true }
}

// Which equation of a step a question is about, and the entry in it.
function askedEntry(data, open, place) {
  const asked = open.about === "bias" || (open.about === "start" && !data.joint) ? 1 : 0
  if (!open.entry || place !== asked) return null
  const [row, col] = open.entry.length > 1 ? open.entry : [0, open.entry[0]]
  return { row, col }
}

// The result alone: what it is made of is the question.
function unknownBox(equation, context) {
  const { result } = equation
  if (context.state.look === "symbols") return element("div", { className: "formula" }, math(`${toned(result.tone, result.symbol)} = ?`))
  const box = matrixBox(result, { palette: context.palette, side: context.heatSide, chosen: null })
  return element("div", { className: "equation" }, box, sign("="), sign("?"))
}

function drawCard(card, context) {
  const { data, m, state, step } = context
  const { words: table } = data
  card.replaceChildren(element("h3", { textContent: stepTitle(data, m, step, state.rate) }))
  const body = element("div", { className: `body ${state.look}` })
  card.append(body)
  const open = openQuestion(context)
  const unknown = open && (open.rule || (open.shape && state.look === "shapes"))
  if (unknown) for (const equation of equationsOf(data, m, step, state.weight, state.rate)) body.append(unknownBox(equation, context))
  else if (state.look === "symbols") for (const formula of stepFormulas(data, step, table)) body.append(element("div", { className: "formula" }, math(formula)))
  else {
    const equations = equationsOf(data, m, step, state.weight, state.rate)
    equations.forEach((equation, place) => {
      const asking = open && { entry: askedEntry(data, open, place), lit: open.about === "slope" }
      const press = !open || (open.about === "weight" && place === 0) ? (row, col) => context.press(row, col, place) : undefined
      const options = { words: table, palette: context.palette, entry: state.entry ?? startingEntry(step, state), asking, press, side: context.heatSide }
      if (state.look === "shapes") body.append(shapeBox(equation, context))
      else if (equation.loss) body.append(lossBox(context))
      else body.append(equationBox(equation, options), ...(asking && !asking.entry ? [] : [entryLine(equation, options)]))
    })
  }
  card.append(sentence("p", open ? table.asked : stepSentence(data, m, step, state.look, state.rate), { className: "why" }))
}

// What each example adds to the loss, with the outputs and targets that it compares.
function lossBox({ data, m, palette, heatSide }) {
  const last = data.sizes.length - 1
  const box = element("div", { className: "equation" })
  const parts = [term("Y", m[`A${last}`], "forward", "y"), term("T", m.T, "weight", "t"), term("L_{n}", transposed(m.each), "forward", "L")]
  parts.forEach((part, place) => {
    if (place) box.append(sign(place === 1 ? "," : "→"))
    box.append(matrixBox(part, { palette, side: heatSide }))
  })
  const line = element("div", { className: "entry-line" })
  const each = Array.from({ length: m.each.cols }, (_, row) => bracketed(m.each.at(0, row)))
  const sum = each.length > 1 ? `${each.join(" + ")} = ` : ""
  line.append(math(`\\f{L} = ${sum}\\b{\\f{${numberText(data.loss_value)}}}`))
  return element("div", {}, box, line)
}

// The equation as boxes with the sizes of their sides; sides that must agree carry the same mark.
function shapeBox(equation, { data }) {
  const row = element("div", { className: "equation shapes" })
  const { result, terms, signs } = equation
  const unit = (size) => `${Math.min(8.5, 1.9 + 0.85 * Math.sqrt(size))}em`
  const drawn = (part, inner) => {
    const { rows, cols } = part.matrix
    const box = element("div", { className: `shape ${part.tone}` })
    box.style.minWidth = unit(cols)
    box.style.height = unit(rows)
    const side = (size, name) => element("span", { className: `${name}${inner === name ? " inner" : ""}`, textContent: String(size) })
    box.append(side(rows, "tall"), side(cols, "wide"), math(toned(part.tone, part.symbol)))
    return box
  }
  row.append(drawn(result), sign("="))
  if (equation.sums) row.append(sign(data.words.column_sums))
  if (equation.applied) row.append(sign(`${data.words[`function_${equation.applied}`]} (`))
  terms.forEach((part, place) => {
    if (place) row.append(sign(signs[place - 1]))
    row.append(drawn(part, equation.inner ? ["wide", "tall"][place] : null))
  })
  if (equation.applied || equation.closes) row.append(sign(")"))
  const sizes = [result, ...terms].map(({ matrix }) => `${matrix.rows}×${matrix.cols}`)
  row.setAttribute("aria-label", `${sizes[0]} = ${sizes.slice(1).join(` ${signs[0] ?? ""} `)}`)
  row.setAttribute("role", "img")
  return row
}

// ---- the cache

function cacheUse({ kind, layer }, data) {
  const last = data.sizes.length - 1
  if (kind === "forward") return { stores: [`Z${layer}`, `A${layer}`], takes: [] }
  if (kind === "start") return { stores: [], takes: data.joint ? [`A${last}`] : [`A${last}`, `Z${last}`] }
  if (kind === "weights") return { stores: [], takes: [`A${layer - 1}`] }
  if (kind === "inputs") return { stores: [], takes: [`W${layer}`] }
  if (kind === "through") return { stores: [], takes: [`Z${layer}`] }
  return { stores: [], takes: [] }
}

function drawCache(place, { data, m, state, step }) {
  const last = data.sizes.length - 1
  const filled = new Set(["A0"])
  data.steps.slice(0, state.step + 1).forEach((one) => cacheUse(one, data).stores.forEach((name) => filled.add(name)))
  const { stores, takes: used } = cacheUse(step, data)
  const takes = openQuestion({ data, state })?.rule ? [] : used // they would tell the rule
  const names = ["A0", ...Array.from({ length: last }, (_, at) => [`Z${at + 1}`, `A${at + 1}`]).flat()]
  const chip = (name, isWeight) => {
    const symbol = name === "A0" ? "X" : name === `A${last}` ? "Y" : indexed(name[0], Number(name.slice(1)))
    const kept = isWeight || filled.has(name)
    const use = takes.includes(name) ? "takes" : stores.includes(name) ? "stores" : ""
    const made = element("span", { className: `chip ${kept ? "kept" : "empty"} ${use}` }, math(isWeight ? symbol : `\\f{${symbol}}`))
    made.append(element("small", { textContent: ` ${m[name].rows}×${m[name].cols}` }))
    if (use) made.append(element("b", { textContent: ` ${data.words[use]}` }))
    made.dataset.name = name
    return made
  }
  const weights = Array.from({ length: last }, (_, at) => chip(`W${at + 1}`, true))
  place.replaceChildren(
    element("b", { className: "heading", textContent: data.words.cache }),
    ...names.map((name) => chip(name, false)),
    element("span", { className: "heading", textContent: data.words.parameters }),
    ...weights
  )
}
