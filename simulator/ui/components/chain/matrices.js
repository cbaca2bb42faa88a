// Where the transposes and the batch sum come from: one neuron and one example first, then more of each.
function drawStages(card, context) {
  const { data, state } = context
  const { words: table } = data
  const bar = element("div", { className: "stages", role: "group" })
  bar.setAttribute("aria-label", table.stages)
  for (let stage = 1; stage <= 5; stage++) {
    const button = element("button", { type: "button", textContent: `${stage}. ${table[`stage_${stage}`]}`, onclick: () => context.goToStage(stage) })
    button.setAttribute("aria-pressed", String(stage === state.stage))
    button.dataset.stage = String(stage)
    bar.append(button)
  }
  const [layer] = state.weight
  const heading = element("h3", { textContent: words(table[`question_${state.stage}`], { layer }) })
  card.replaceChildren(bar, ...(data.fill ? [] : [weightChoice(context)]), heading)
  const body = element("div", { className: "body story" })
  card.append(body)
  const draw = { 1: oneNeuron, 2: allInputs, 3: allUnits, 4: theBatch, 5: threeRules }[state.stage]
  draw(body, context)
  card.append(sentence("p", storySentence(context, state.stage), { className: "why" }))
}

function storySentence({ data, m, state }, stage) {
  const [layer, , unit] = state.weight
  const values = { rows: m.A0.rows, inputs: data.sizes[layer - 1], outputs: data.sizes[layer], example: state.example + 1, unit }
  return words(data.words[`story_${stage}`], values)
}

// Names and numbers of the layer that the story is about.
function storyOf({ m, state }) {
  const [layer, source, target] = state.weight
  const before = layer === 1 ? { big: "X", small: "x" } : { big: indexed("A", layer - 1), small: indexed("a", layer - 1) }
  const x = m[`A${layer - 1}`]
  return { layer, source, target, before, x, G: m[`G${layer}`], W: m[`W${layer}`], row: state.example, w: indexed("w", layer), g: indexed("g", layer), z: indexed("z", layer) }
}

function slice(matrix, { row, col }) {
  if (row !== undefined && col !== undefined) return { rows: 1, cols: 1, at: () => matrix.at(row, col) }
  if (row !== undefined) return { rows: 1, cols: matrix.cols, at: (_, at) => matrix.at(row, at) }
  return { rows: matrix.rows, cols: 1, at: (at) => matrix.at(at, col) }
}

function line(...parts) {
  return element("div", { className: "formula" }, math(parts.join("")))
}

function group(caption, ...parts) {
  return element("section", {}, element("h4", {}, math(caption)), ...parts)
}

function oneNeuron(body, context) {
  const { source, target, before, x, G, W, row, w, g, z } = storyOf(context)
  const [xv, gv, wv] = [x.at(row, source - 1), G.at(row, target - 1), W.at(source - 1, target - 1)]
  const rule = (name, local, value) => `\\frac{∂L}{∂${name}} = \\g{g} · \\frac{∂z}{∂${name}} = \\g{g} · ${local} = \\g{${bracketed(gv)}} · ${value} = `
  body.append(
    line(`\\f{z} = \\f{x} w + ${x.cols > 1 ? "… + " : ""}b,   \\f{x} = \\f{${before.small}_{${source}}} = \\f{${shownNumber(xv)}},   w = ${w}_{${indices(source, target)}} = ${shownNumber(wv)},   \\g{g} = \\g{∂L/∂z} = \\g{${g}_{${target}}} = \\g{${shownNumber(gv)}}`),
    line(rule("w", "\\f{x}", `\\f{${bracketed(xv)}}`), `\\b{\\g{${shownNumber(times(gv, xv))}}}`),
    line(rule("b", "1", "1"), `\\b{\\g{${shownNumber(gv)}}}`),
    line(rule("x", "w", bracketed(wv)), `\\b{\\g{${shownNumber(times(gv, wv))}}}`),
    element("p", { className: "note" }, math(`z = ${z}_{${target}}`), ` · ${words(context.data.words.this_example, { number: row + 1 })}`)
  )
}

function storyBox(equation, context, entry) {
  const options = { words: context.data.words, palette: context.palette, side: context.heatSide, entry, press: (row, col) => context.pressStory(equation.chooses, row, col) }
  return [equationBox(equation, options), entryLine(equation, options)]
}

function allInputs(body, context) {
  const { source, target, before, x, G, W, row, layer } = storyOf(context)
  const dw = { rows: x.cols, cols: 1, at: (at) => times(x.at(row, at), G.at(row, target - 1)) }
  const xRow = term(`${before.small}_{n}`, slice(x, { row }), "forward", before.small)
  const one = term(`${indexed("g", layer)}_{n${target}}`, slice(G, { row, col: target - 1 }), "gradient", indexed("g", layer))
  const column = term(`${indexed("w", layer)}_{·${target}}`, slice(W, { col: target - 1 }), "weight", indexed("w", layer))
  const z = term(`${indexed("z", layer)}_{n${target}} − ${indexed("b", layer)}_{${target}}`, { rows: 1, cols: 1, at: () => dot(xRow.matrix, column.matrix) }, "forward", indexed("z", layer))
  const gradient = term(`∂L/∂${indexed("w", layer)}_{·${target}}`, dw, "gradient", `∂L/∂${indexed("w", layer)}`)
  const forward = product(z, xRow, column)
  const back = { ...product(gradient, { ...xRow, symbol: `${before.small}_{n}^{⊤}`, matrix: transposed(xRow.matrix) }, one), chooses: "source" }
  const [forwardBox] = storyBox(forward, context, { row: 0, col: 0 })
  const [backBox] = storyBox(back, context, { row: source - 1, col: 0 })
  body.append(group(context.data.words.going_forward, forwardBox), group(context.data.words.going_back, backBox, line(`\\frac{∂L}{∂${indexed("w", layer)}_{${indices(source, target)}}} = \\f{${bracketed(x.at(row, source - 1))}} · \\g{${bracketed(G.at(row, target - 1))}} = \\b{\\g{${shownNumber(dw.at(source - 1))}}}`)))
}

function dot(row, column) {
  return plus(...Array.from({ length: row.cols }, (_, at) => times(row.at(0, at), column.at(at, 0))))
}

function allUnits(body, context) {
  const { source, target, before, x, G, W, row, layer } = storyOf(context)
  const xRow = term(`${before.small}_{n}^{⊤}`, transposed(slice(x, { row })), "forward", before.small)
  const gRow = term(`${indexed("g", layer)}_{n}`, slice(G, { row }), "gradient", indexed("g", layer))
  const outer = { rows: x.cols, cols: G.cols, at: (one, other) => times(x.at(row, one), G.at(row, other)) }
  const dW = term(`∂L_{n}/∂${indexed("W", layer)}`, outer, "gradient", `∂L/∂${indexed("w", layer)}`)
  const first = { ...product(dW, xRow, gRow), chooses: "both" }
  const Wt = term(`${indexed("W", layer)}^{⊤}`, transposed(W), "weight", indexed("w", layer), { flipped: true })
  const dx = term(`∂L/∂${before.small}_{n}`, { rows: 1, cols: x.cols, at: (_, at) => dot(gRow.matrix, slice(Wt.matrix, { col: at })) }, "gradient", `∂L/∂${before.small}`)
  const second = { ...product(dx, gRow, Wt), chooses: "input" }
  const [firstBox] = storyBox(first, context, { row: source - 1, col: target - 1 })
  const [secondBox] = storyBox(second, context, { row: 0, col: source - 1 })
  const value = outer.at(source - 1, target - 1)
  const terms = Array.from({ length: G.cols }, (_, at) => [G.at(row, at), W.at(source - 1, at)])
  const shown = terms.slice(0, 4).map(([one, other]) => `\\g{${bracketed(one)}}·${bracketed(other)}`)
  const more = terms.length > 4 ? ` + ${words(context.data.words.more_terms, { number: terms.length - 4 })}` : ""
  body.append(
    group(context.data.words.outer_product, firstBox, line(`\\f{${bracketed(x.at(row, source - 1))}} · \\g{${bracketed(G.at(row, target - 1))}} = \\b{\\g{${shownNumber(value)}}}`)),
    group(context.data.words.back_to_input, secondBox, line(`\\frac{∂L}{∂${before.small}_{${source}}} = ${shown.join(" + ")}${more} = \\b{\\g{${shownNumber(dx.matrix.at(0, source - 1))}}}`))
  )
}

function theBatch(body, context) {
  const { source, target, before, x, G, layer } = storyOf(context)
  const step = { kind: "weights", layer }
  const [dW, db] = equationsOf(context.data, context.m, step, context.state.weight, context.state.rate)
  const first = storyBox({ ...dW, chooses: "both" }, context, { row: source - 1, col: target - 1 })
  const second = storyBox({ ...db, chooses: "unit" }, context, { row: 0, col: target - 1 })
  const list = element("table", { className: "paths" })
  list.append(element("tr", {}, ...[context.data.words.example, "", "", ""].map((label) => element("th", { textContent: label }))))
  const names = [`\\f{${before.small}_{n${source}}}`, `\\g{${indexed("g", layer)}_{n${target}}}`, context.data.words.product]
  names.forEach((name, at) => list.rows[0].cells[at + 1].replaceChildren(math(name)))
  for (let row = 0; row < x.rows; row++) {
    const [one, other] = [x.at(row, source - 1), G.at(row, target - 1)]
    const cells = [String(row + 1), one, other, times(one, other)].map((value, at) => (at ? shownNumber(value) : value))
    const shown = cells.map((cell, at) => element("td", { textContent: cell, className: ["", "forward", "gradient", "gradient"][at] }))
    list.append(element("tr", { className: row === context.state.example ? "chosen" : "" }, ...shown))
  }
  const total = context.m[`dW${layer}`].at(source - 1, target - 1)
  const sum = element("tr", { className: "sum" }, element("th", { colSpan: 3, textContent: context.data.words.sum_of_examples }), element("td", { className: "gradient", textContent: shownNumber(total) }))
  list.append(sum)
  const sums = element("div", { className: "side" }, element("div", {}, ...first), list)
  body.append(group(context.data.words.batch_weights, sums), group(context.data.words.batch_bias, ...second))
}

function threeRules(body, context) {
  const { layer } = storyOf(context)
  const [dW, db] = equationsOf(context.data, context.m, { kind: "weights", layer }, context.state.weight, context.state.rate)
  const m = layer > 1 ? context.m : { ...context.m, dA0: timesTransposed(context.m.G1, context.m.W1) }
  const dX = product(layer > 1 ? arrivingTerm(m, layer - 1, 0) : term("∂L/∂X", m.dA0, "gradient", "∂L/∂x"), gradientTerm(m, layer), flippedTerm(weightTerm(m, layer)))
  const boxes = [[dW, "rule_weights"], [db, "rule_bias"], [dX, "rule_inputs"]]
  const row = element("div", { className: "rules" })
  for (const [equation, name] of boxes) row.append(element("section", {}, element("h4", { textContent: context.data.words[name] }), shapeBox(equation, context), element("p", { textContent: context.data.words[`${name}_why`] })))
  body.append(row)
}

function timesTransposed(left, right) {
  return { rows: left.rows, cols: right.rows, at: (row, col) => dot(slice(left, { row }), transposed(slice(right, { row: col }))) }
}
