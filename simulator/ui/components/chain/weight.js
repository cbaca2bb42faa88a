// One weight: its gradient as a sum over examples and paths, each factor with the number of its place in the diagram.
const UNIT_LETTERS = ["m", "k", "l", "h", "g"]

// Indices of the factors: letters for what the sums run over, numbers for what is fixed.
function symbolicIndices(data, [layer, source, target]) {
  const last = data.sizes.length - 1
  const row = data.rows > 1 ? "n" : ""
  const letter = (number) => (data.sizes[number] > 1 ? UNIT_LETTERS[last - number] : "1")
  const unit = (number) => (number === layer ? String(target) : letter(number))
  return { unit: (number) => `${row}${unit(number)}`, source: `${row}${source}`, weight: indices(source, target) }
}

function pathIndices(data, path, [layer, source, target], example) {
  const last = data.sizes.length - 1
  const row = data.rows > 1 ? example + 1 : null
  return { unit: (number) => indices(row, path.units[last - number]), source: indices(row, source), weight: indices(source, target) }
}

function factorName(data, { kind, layer }, at) {
  const last = data.sizes.length - 1
  const z = (number) => `${indexed("z", number)}_{${at.unit(number)}}`
  const a = (number) => (number === last ? `y_{${at.unit(number)}}` : `${indexed("a", number)}_{${at.unit(number)}}`)
  if (kind === "loss") return `\\frac{∂L}{∂${data.joint ? z(layer) : a(layer)}}`
  if (kind === "slope") return `\\frac{∂${a(layer)}}{∂${z(layer)}}`
  if (kind === "weight") return `\\frac{∂${z(layer)}}{∂${a(layer - 1)}}`
  return `\\frac{∂${z(layer + 1)}}{∂${indexed("w", layer + 1)}_{${at.weight}}}`
}

// What each local derivative is: (y − t)/N, w, φ′(z), x.
function factorRule(data, { kind, layer, unit, to }, at) {
  const last = data.sizes.length - 1
  if (kind === "loss") {
    const gap = `\\f{y_{${at.unit(layer)}}} − t_{${at.unit(layer)}}`
    return { cross_entropy: `\\frac{${gap}}{N}`, binary_cross_entropy: `\\frac{${gap}}{N}`, mse_half_sum: `(${gap})`, mse_mean: `\\frac{2(${gap})}{NK}`, mse_batch_mean: `\\frac{2(${gap})}{N}` }[data.loss]
  }
  if (kind === "slope") return `\\f{${layer === last ? "φ_{out}′" : "φ′"}(${indexed("z", layer)}_{${at.unit(layer)}})}`
  if (kind === "weight") return `${indexed("w", layer)}_{${indices(unit, to)}}`
  return layer === 0 ? `\\f{x_{${at.source}}}` : `\\f{${indexed("a", layer)}_{${at.source}}}`
}

// ∂L/∂w as sums over examples and units, with the places of the factors.
function chainFormula(data, path, weight) {
  const [layer, source, target] = weight
  const last = data.sizes.length - 1
  const at = symbolicIndices(data, weight)
  const letters = UNIT_LETTERS.slice(0, last - layer).filter((_, place) => data.sizes[last - place] > 1)
  const sums = [...(data.rows > 1 ? ["n"] : []), ...letters].map((letter) => `Σ_{${letter}} `).join("")
  const factors = path.factors.map((factor) => `\\${factor.place}{${factorName(data, factor, at)}}`).join(" · ")
  return `\\g{${weightName(layer, source, target)}} = ${sums}${factors}`
}

// The same sum for all weights of the layer at once: XᵀG with G written out.
function matrixForm(data, layer) {
  const last = data.sizes.length - 1
  let written = data.joint ? `\\g{${indexed("G", last)}}` : `\\g{∂L/∂Y} ∘ \\f{φ_{out}′(${indexed("Z", last)})}`
  for (let number = last - 1; number >= layer; number--) {
    const before = number === last - 1 && data.joint ? written : `(${written})`
    written = `(${before} ${indexed("W", number + 1)}^{⊤}) ∘ \\f{φ′(${indexed("Z", number)})}`
  }
  const before = layer === 1 ? "X" : indexed("A", layer - 1)
  return `\\f{${before}^{⊤}} ${layer === last && data.joint ? written : `[${written}]`}`
}

function weightName(layer, source, target) {
  return `∂L/∂${indexed("w", layer)}_{${indices(source, target)}}`
}

function drawWeightCard(card, context) {
  const { data, m, state, chain } = context
  const { words: table } = data
  const [layer, source, target] = state.weight
  const path = chain.paths[Math.min(state.path ?? 0, chain.paths.length - 1)]
  const title = element("h3", {}, words(table.weight_title, { layer, source, target }))
  card.replaceChildren(title, ...(data.fill ? [] : [weightChoice(context)]))
  const values = { paths: chain.num_paths, rows: m.A0.rows, all: chain.num_paths * m.A0.rows, example: state.example + 1 }
  const body = element("div", { className: `body ${state.look}` })
  card.append(body)
  const name = `\\g{${weightName(layer, source, target)}}`
  const form = element("div", { className: "formula" }, math(`\\g{∂L/∂${indexed("W", layer)}} = ${matrixForm(data, layer)}`))
  if (state.look !== "shapes") body.append(element("div", { className: "formula" }, math(chainFormula(data, path, state.weight))))
  if (state.look === "symbols") {
    const at = pathIndices(data, path, state.weight, state.example)
    const rules = path.factors.map((factor) => `\\${factor.place}{${factorRule(data, factor, at)}}`).join(" · ")
    const named = path.units.slice(0, -1).map((unit, place) => data.sizes[data.sizes.length - 1 - place] > 1 && `${UNIT_LETTERS[place]} = ${unit}`)
    const fixed = named.filter(Boolean)
    const label = fixed.length ? `${table.this_path} (${fixed.join(", ")}): ` : ""
    body.append(element("div", { className: "formula" }, math(`${label}${rules}`)), form)
    body.append(element("p", { textContent: words(table.weight_paths, values) }))
  } else if (state.look === "numbers") {
    body.append(pathTable(context, path), exampleLine(context, name))
  } else {
    body.append(form, shapesOfChain(context))
    body.append(element("p", { textContent: words(table.weight_shapes, { ...values, inputs: data.sizes[layer - 1], outputs: data.sizes[layer] }) }))
  }
  card.append(element("p", { className: "why", textContent: `${weightSentence(context)} ${words(table.weight_hint, values)}` }))
}

function weightSentence({ data, chain }) {
  return words(data.words[chain.num_paths > 1 ? "weight_sum" : "weight_one"], { paths: chain.num_paths })
}

// Layer, input and unit of the weight as lists, for the keyboard and for units that the diagram leaves out.
function weightChoice({ data, state, choose }) {
  const box = element("div", { className: "choices" })
  const [layer, source, target] = state.weight
  const pick = (name, count, chosen, change) => {
    const list = element("select")
    list.append(...Array.from({ length: count }, (_, at) => element("option", { value: String(at + 1), textContent: String(at + 1) })))
    list.value = String(chosen)
    list.dataset.name = name
    list.onchange = () => choose(change(Number(list.value)))
    box.append(element("label", {}, `${data.words[`pick_${name}`]} `, list))
  }
  pick("layer", data.sizes.length - 1, layer, (value) => [value, 1, 1])
  pick("source", data.sizes[layer - 1], source, (value) => [layer, value, target])
  pick("target", data.sizes[layer], target, (value) => [layer, source, value])
  return box
}

// The paths that are listed: the largest ones, and the chosen one.
function listedPaths({ chain, most = MAX_PATHS }, chosen) {
  const first = chain.paths.slice(0, chain.num_paths === most + 1 ? chain.paths.length : most)
  return first.includes(chosen) ? first : [...first.slice(0, -1), chosen]
}

// A row a path, a column a place; the chosen path is the one in the diagram.
function pathTable(context, chosen) {
  const { data, state, chain, choosePath } = context
  const listed = listedPaths(context, chosen)
  const table = element("table", { className: "paths" })
  const head = table.appendChild(element("tr"))
  head.append(element("th", { scope: "col", textContent: data.words.path }))
  const layers = chosen.factors
  layers.forEach((factor, at) => {
    if (at) head.append(element("td", { className: "times" }))
    const cell = head.appendChild(element("th", { scope: "col" }))
    cell.append(math(`\\${factor.place}{${placeLabel(data, factor)}}`))
  })
  head.append(element("td"), element("th", { scope: "col", textContent: data.words.product }))
  listed.forEach((path) => {
    const line = table.appendChild(element("tr", { className: path === chosen ? "chosen" : "" }))
    const button = element("button", { type: "button", textContent: `L→${path.units.join("→")}`, onclick: () => choosePath(chain.paths.indexOf(path)) })
    button.setAttribute("aria-pressed", String(path === chosen))
    line.append(element("th", { scope: "row" }, button))
    path.factors.forEach((factor, place) => {
      if (place) line.append(element("td", { className: "times", textContent: "·" }))
      line.append(element("td", { title: shownExactly(factor.value), textContent: bracketed(factor.value) }))
    })
    line.append(element("td", { className: "times", textContent: "=" }), element("td", { className: "gradient", title: shownExactly(path.value), textContent: shownNumber(path.value) }))
  })
  const left = chain.num_paths - listed.length
  const unlisted = chain.paths.filter((path) => !listed.includes(path)).map((path) => path.value)
  const sums = []
  if (left > 0) sums.push([left > 1 ? words(data.words.other_paths, { number: left }) : data.words.other_path, plus(chain.rest, ...unlisted)])
  if (chain.num_paths > 1) sums.push([words(data.words.path_sum, { number: chain.num_paths, example: state.example + 1 }), chain.each[state.example]])
  for (const [label, value] of sums) {
    const line = table.appendChild(element("tr", { className: "sum" }))
    line.append(element("th", { scope: "row", colSpan: 2 * layers.length, textContent: label }), element("td", { className: "times", textContent: "=" }))
    line.append(element("td", { className: "gradient", title: shownExactly(value), textContent: shownNumber(value) }))
  }
  return element("div", { className: "scroller" }, table)
}

function placeLabel(data, { kind, layer }) {
  const last = data.sizes.length - 1
  if (kind === "loss") return data.joint ? `∂L/∂${indexed("z", layer)}` : "∂L/∂y"
  if (kind === "slope") return layer === last ? "φ_{out}′" : `φ′(${indexed("z", layer)})`
  if (kind === "weight") return indexed("w", layer)
  return layer === 0 ? "x" : indexed("a", layer)
}

function exampleLine({ data, chain }, name) {
  const each = chain.each.map((value) => `\\g{${bracketed(value)}}`)
  const sum = each.length > 1 ? `${each.join(" + ")} = ` : ""
  const box = element("div", { className: "entry-line total" }, math(`${name} = ${sum}\\b{\\g{${shownNumber(chain.total)}}}`))
  if (each.length > 1) box.append(element("small", { textContent: ` ${data.words.example_sum}` }))
  return box
}

// The matrix form with the size of every matrix in it.
function shapesOfChain({ data, m, state }) {
  const row = element("div", { className: "equation chain-sizes" })
  const last = data.sizes.length - 1
  const layer = state.weight[0]
  const rows = m.A0.rows
  const chip = (tone, symbol, first, second) => element("span", { className: `chip kept ${tone}` }, math(toned(tone, symbol)), element("small", { textContent: ` ${first}×${second}` }))
  row.append(chip("gradient", gradientOf(indexed("W", layer)), data.sizes[layer - 1], data.sizes[layer]), sign("="))
  row.append(chip("forward", `${layer === 1 ? "X" : indexed("A", layer - 1)}^{⊤}`, data.sizes[layer - 1], rows), sign("·"))
  let parts = [chip("gradient", data.joint ? indexed("G", last) : "∂L/∂Y", rows, data.sizes[last])]
  if (!data.joint) parts.push(sign("∘"), chip("forward", `φ_{out}′(${indexed("Z", last)})`, rows, data.sizes[last]))
  for (let number = last - 1; number >= layer; number--) {
    if (parts.length > 1) parts = [sign("("), ...parts, sign(")")]
    const weight = chip("weight", `${indexed("W", number + 1)}^{⊤}`, data.sizes[number + 1], data.sizes[number])
    parts = [sign("("), ...parts, sign("·"), weight, sign(")"), sign("∘"), chip("forward", `φ′(${indexed("Z", number)})`, rows, data.sizes[number])]
  }
  row.append(sign("["), ...parts, sign("]"))
  return row
}
