// One node's formula with the numbers of one example in it.
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"

function subscript(number) {
  return [...String(number)].map((digit) => SUBSCRIPTS[Number(digit)]).join("")
}

// A factor in a product: negative numbers in brackets.
function factor(value, digits = 3) {
  return value < 0 || Object.is(value, -0) ? `(${numberText(value, digits)})` : numberText(value, digits)
}

// Write "^[…]" as an exponent.
function withExponents(written) {
  return written.split(/\^\[([^\]]*)\]/).map((part, index) => (index % 2 ? element("sup", { textContent: part }) : part))
}

// The activation function with z plugged in.
function plugged(formula, z, others) {
  const { name, slope } = formula
  const written = numberText(z)
  const minus = numberText(-z)
  if (name === "sigmoid") return `1 / (1 + e^[${minus}])`
  if (name === "tanh") return `tanh(${written})`
  if (name === "relu") return `max(0, ${written})`
  if (name === "leaky_relu") return z > 0 ? written : `${numberText(slope)} · ${factor(z)}`
  if (name === "elu") return z > 0 ? written : `e^[${written}] − 1`
  if (name === "gelu") return `${factor(z)} · Φ(${written})`
  if (name === "softmax") {
    const sum = others ? others.map((other) => `e^[${numberText(other)}]`).join(" + ") : "Σ e^[z]"
    return `e^[${written}] / (${sum})`
  }
  return name === "identity" ? written : `${name}(${written})`
}

// No node is opened: how to open one, after what the address asked for in vain.
function writeHint(panel, { words, missing }, hint) {
  const said = missing ? [element("p", { className: "missing", textContent: fill(words.no_such_node, { node: missing }) })] : []
  panel.replaceChildren(...said, element("p", { className: "hint", textContent: hint }))
}

function writeFormula(panel, drawing) {
  const { selected, words, content } = drawing
  if (!selected) {
    writeHint(panel, drawing, words.click)
    return
  }
  const { layer, unit } = selected
  const { kept, sizes, columns, lines, formula } = content
  const title = `${columns[layer]} · ${fill(words.weights_of, { number: drawing.unitName(layer, unit) })}`
  const z = drawing.preActivation(layer, unit)
  const a = drawing.activation(layer, unit)
  const letter = layer === 1 ? "x" : "a"
  const names = []
  const terms = []
  const bias = lines.weight.bias[layer - 1][drawing.frame * kept[layer] + unit]
  let rest = z - bias
  for (let from = 0; from < kept[layer - 1]; from++) {
    const weight = drawing.line("weight", layer - 1, from, unit)
    const input = drawing.activation(layer - 1, from)
    rest -= weight * input
    if (from < 3) names.push(`w${subscript(from + 1)}·${letter}${subscript(from + 1)}`)
    terms.push(`${factor(weight)}·${factor(input)}`)
  }
  if (sizes[layer - 1] > 3) names.push("…")
  const missing = sizes[layer - 1] - kept[layer - 1]
  if (missing > 0) terms.push(`${factor(rest)} [${fill(words.rest, { number: missing })}]`)
  terms.push(factor(bias))
  const shape = formula[layer - 1]
  const first = element("div", {}, `z = ${[...names, "b"].join(" + ")} = ${terms.join(" + ")} = `)
  first.append(element("b", { className: "forward", textContent: numberText(z) }))
  const second = element("div", {}, `a = ${shape.name}(z)`)
  if (shape.normalized || shape.residual) {
    const remarks = [shape.normalized && words.normalized, shape.residual && words.residual].filter(Boolean)
    second.append(` (${remarks.join(", ")}) = `)
  } else {
    const all = shape.name === "softmax" && kept[layer] === sizes[layer]
    const others = all ? [...Array(kept[layer]).keys()].map((other) => drawing.preActivation(layer, other)) : null
    second.append(" = ", ...withExponents(plugged(shape, z, others)), " = ")
  }
  second.append(element("b", { className: "forward", textContent: numberText(a) }))
  panel.replaceChildren(element("b", { textContent: title }), first, second)
}
