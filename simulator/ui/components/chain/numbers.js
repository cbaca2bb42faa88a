// Matrices of one pass, what each step of the backward pass multiplies, and the chain of one weight.
// Layers, inputs and units count from 1, as readers do. A matrix is {rows, cols, at(row, col)}, from 0; its entries are
// numbers, or null where the number is held back until it has been predicted; of an unknown one not even the shape is known.
const MAX_PATHS = 8

function matrixOf(array) {
  if (array.held_back === null) return { rows: 1, cols: 1, unknown: true, at: () => null }
  const shape = array.held_back ?? array.shape
  const [rows, cols] = shape.length === 2 ? shape : [1, shape[0]]
  return { rows, cols, at: array.held_back ? () => null : (row, col) => array[row * cols + col] }
}

// What is worked out from a number that is held back is held back, too.
function times(...factors) {
  return factors.includes(null) ? null : factors.reduce((result, factor) => result * factor, 1)
}

function plus(...terms) {
  return terms.includes(null) ? null : terms.reduce((result, one) => result + one, 0)
}

function transposed(matrix) {
  return { rows: matrix.cols, cols: matrix.rows, at: (row, col) => matrix.at(col, row) }
}

function mapped(matrix, change) {
  const at = (row, col) => {
    const value = matrix.at(row, col)
    return value === null ? null : change(value, row, col)
  }
  return { rows: matrix.rows, cols: matrix.cols, at }
}

function largestOf(matrix) {
  let largest = 0
  for (let row = 0; row < matrix.rows; row++)
    for (let col = 0; col < matrix.cols; col++) {
      const size = Math.abs(matrix.at(row, col))
      if (size > largest && Number.isFinite(size)) largest = size
    }
  return largest
}

// The pass as matrices by name: "A0" is X, "A3" the output of a network with three layers.
function passMatrices(data) {
  const found = { T: matrixOf(data.targets), A0: matrixOf(data.inputs), each: matrixOf(data.loss_each) }
  const tables = { W: "weight", b: "bias", Z: "pre_activation", A: "activation_values", D: "derivative", dA: "grad_activation", G: "grad_pre_activation", dW: "grad_weight", db: "grad_bias" }
  for (const [letter, name] of Object.entries(tables)) {
    data[name].forEach((array, place) => {
      if (array) found[`${letter}${place + 1}`] = matrixOf(array)
    })
  }
  return found
}

// ---- equations: result = terms with signs between them, and what meets in one entry of the result

function term(symbol, matrix, tone, letter, rest = {}) {
  return { symbol, matrix, tone, letter, ...rest }
}

const WHOLE_ROW = (row) => ({ row })
const WHOLE_COL = (_, col) => ({ col })
const SAME = (row, col) => ({ row, col })
const BELOW = (_, col) => ({ row: 0, col })

function product(result, left, right, added) {
  const terms = [{ ...left, meets: WHOLE_ROW }, { ...right, meets: WHOLE_COL }]
  if (added) terms.push({ ...added, meets: BELOW })
  return {
    result,
    terms,
    signs: added ? ["·", "+"] : ["·"],
    inner: left.matrix.cols,
    // Products that are added up for one entry.
    parts(row, col) {
      const found = []
      for (let k = 0; k < left.matrix.cols; k++) {
        found.push([
          { value: left.matrix.at(row, k), tone: left.tone, letter: left.letter, at: left.flipped ? [k, row] : [row, k] },
          { value: right.matrix.at(k, col), tone: right.tone, letter: right.letter, at: right.flipped ? [col, k] : [k, col] },
        ])
      }
      if (added) found.push([{ value: added.matrix.at(0, col), tone: added.tone, letter: added.letter, at: [null, col] }])
      return found
    },
  }
}

function entrywise(result, left, right, sign) {
  return {
    result,
    terms: [{ ...left, meets: SAME }, { ...right, meets: SAME }],
    signs: [sign],
    parts(row, col) {
      const at = [row, col]
      const first = { value: left.matrix.at(row, col), tone: left.tone, letter: left.letter, at }
      const second = { value: right.matrix.at(row, col), tone: right.tone, letter: right.letter, at }
      return sign === "∘" ? [[first, second]] : [[first], [{ ...second, minus: true }]]
    },
  }
}

function applied(result, input, name) {
  const meets = name === "softmax" ? WHOLE_ROW : SAME // softmax looks at the whole row
  return { result, terms: [{ ...input, meets }], signs: [], applied: name, parts: (row, col) => [[{ value: input.matrix.at(row, col), tone: input.tone, letter: input.letter, at: [row, col] }]] }
}

function columnSums(result, summed) {
  return {
    result,
    terms: [{ ...summed, meets: WHOLE_COL }],
    signs: [],
    sums: true,
    parts: (_, col) => Array.from({ length: summed.matrix.rows }, (_, row) => [{ value: summed.matrix.at(row, col), tone: summed.tone, letter: summed.letter, at: [row, col] }]),
  }
}

const indexed = (letter, layer) => `${letter}^{(${layer})}`
const gradientOf = (symbol) => `∂L/∂${symbol}`

// What a layer multiplies by its weights: X for the first.
function inputTerm(m, layer) {
  return layer === 1 ? term("X", m.A0, "forward", "x") : term(indexed("A", layer - 1), m[`A${layer - 1}`], "forward", indexed("a", layer - 1))
}

function flippedTerm(one) {
  return { ...one, symbol: `${one.symbol}^{⊤}`, matrix: transposed(one.matrix), flipped: true }
}

function weightTerm(m, layer) {
  return term(indexed("W", layer), m[`W${layer}`], "weight", indexed("w", layer))
}

function gradientTerm(m, layer) {
  return term(indexed("G", layer), m[`G${layer}`], "gradient", indexed("g", layer))
}

function arrivingTerm(m, layer, last) {
  if (layer === last) return term("∂L/∂Y", m[`dA${layer}`], "gradient", "∂L/∂y")
  return term(gradientOf(indexed("A", layer)), m[`dA${layer}`], "gradient", gradientOf(indexed("a", layer)))
}

function slopeTerm(m, layer, last) {
  const name = layer === last ? "φ_{out}′" : "φ′"
  return term(`${name}(${indexed("Z", layer)})`, m[`D${layer}`], "forward", `${name}(${indexed("z", layer)})`, { call: true })
}

// A gradient times the slope of an activation. Until the slope has been predicted, the z at which it is taken stands
// in its place: that is what the forward pass has stored.
function throughActivation(result, arriving, m, layer, last) {
  const slope = slopeTerm(m, layer, last)
  const equation = entrywise(result, arriving, slope, "∘")
  if (slope.matrix.at(0, 0) !== null) return equation
  const z = term(indexed("Z", layer), m[`Z${layer}`], "forward", indexed("z", layer))
  return { ...equation, terms: [equation.terms[0], { ...z, meets: SAME }], signs: ["∘ φ′("], closes: true }
}

function equationsOf(data, m, step, chosen, rate) {
  const { kind, layer } = step
  const last = data.sizes.length - 1
  if (kind === "forward") {
    const z = term(indexed("Z", layer), m[`Z${layer}`], "forward", indexed("z", layer))
    const a = term(layer === last ? "Y" : indexed("A", layer), m[`A${layer}`], "forward", layer === last ? "y" : indexed("a", layer))
    const bias = term(indexed("b", layer), m[`b${layer}`], "weight", indexed("b", layer), { single: true })
    const name = layer === last ? data.output : data.activation
    return [product(z, inputTerm(m, layer), weightTerm(m, layer), bias), applied(a, z, name)]
  }
  const y = term("Y", m[`A${last}`], "forward", "y")
  const t = term("T", m.T, "weight", "t")
  if (kind === "loss") return [{ result: term("L", matrixOf(Object.assign([data.loss_value], { shape: [1, 1] })), "forward", "L"), terms: [{ ...y, meets: () => ({}) }, { ...t, meets: () => ({}) }], signs: [","], loss: true, parts: () => [] }]
  if (kind === "start") {
    const g = gradientTerm(m, last)
    const gap = entrywise(data.joint ? g : arrivingTerm(m, last, last), y, t, "−")
    gap.scale = data.gradient_scale
    if (data.joint) return [gap]
    return [gap, throughActivation(g, arrivingTerm(m, last, last), m, last, last)]
  }
  if (kind === "weights") {
    const dW = term(gradientOf(indexed("W", layer)), m[`dW${layer}`], "gradient", gradientOf(indexed("w", layer)))
    const db = term(gradientOf(indexed("b", layer)), m[`db${layer}`], "gradient", gradientOf(indexed("b", layer)), { single: true })
    return [product(dW, flippedTerm(inputTerm(m, layer)), gradientTerm(m, layer)), columnSums(db, gradientTerm(m, layer))]
  }
  if (kind === "inputs") return [product(arrivingTerm(m, layer - 1, last), gradientTerm(m, layer), flippedTerm(weightTerm(m, layer)))]
  if (kind === "through") return [throughActivation(gradientTerm(m, layer), arrivingTerm(m, layer, last), m, layer, last)]
  const at = chosen[0]
  const moved = mapped(m[`dW${at}`], (value, row, col) => m[`W${at}`].at(row, col) - rate * value)
  const moving = term(gradientOf(indexed("W", at)), mapped(m[`dW${at}`], (value) => rate * value), "gradient", `η·${gradientOf(indexed("w", at))}`)
  moving.symbol = `η·${moving.symbol}`
  const fresh = term(`${indexed("W", at)}_{new}`, moved, "weight", `${indexed("w", at)}`)
  return [{ ...entrywise(fresh, weightTerm(m, at), moving, "−"), moves: true }]
}

// ---- the chain of one weight: the same sums as simulator/scenes/chain_rule/paths.py

function weightChain(data, m, layer, source, target, example) {
  const paths = largestPaths(data, m, layer, target, example).map((units) => onePath(data, m, units, layer, source, example))
  const num_paths = data.sizes.slice(layer + 1).reduce((total, size) => total * size, 1)
  const before = m[`A${layer - 1}`]
  const each = Array.from({ length: before.rows }, (_, row) => times(before.at(row, source - 1), m[`G${layer}`].at(row, target - 1)))
  const shown = plus(...paths.map((path) => path.value))
  let rest = num_paths > paths.length ? plus(each[example], times(-1, shown)) : 0
  // What the rounding of float32 leaves of nothing.
  if (rest !== null && Math.abs(rest) < 1e-6 * Math.max(...paths.map((path) => Math.abs(path.value)))) rest = 0
  return { num_paths, paths, rest, each, total: m[`dW${layer}`].at(source - 1, target - 1) }
}

// All paths through one unit go on with the same factors, so the largest of them stay the largest: a few for each unit
// are enough, and a million paths need not be listed.
function largestPaths(data, m, layer, target, example) {
  const last = data.sizes.length - 1
  const count = (size) => Array.from({ length: size }, (_, unit) => unit + 1)
  let kept = new Map((last > layer ? count(data.sizes[last]) : [target]).map((unit) => [unit, [{ units: [unit], size: Math.abs(m[`G${last}`].at(example, unit - 1)) }]]))
  for (let number = last - 1; number >= layer; number--) {
    const next = new Map()
    for (const unit of number === layer ? [target] : count(data.sizes[number])) {
      const slope = m[`D${number}`].at(example, unit - 1)
      const longer = []
      for (const [to, paths] of kept) {
        const factor = Math.abs(m[`W${number + 1}`].at(unit - 1, to - 1) * slope)
        for (const path of paths) longer.push({ units: [...path.units, unit], size: path.size * factor })
      }
      next.set(unit, longer.sort((one, other) => other.size - one.size).slice(0, MAX_PATHS))
    }
    kept = next
  }
  return kept.get(target).map(({ units }) => units)
}

function onePath(data, m, units, layer, source, example) {
  const last = data.sizes.length - 1
  const factors = []
  const add = (kind, number, unit, value, to = 0) => factors.push({ place: factors.length + 1, kind, layer: number, unit, to, value })
  const first = units[0] - 1
  if (data.joint) add("loss", last, units[0], m[`G${last}`].at(example, first))
  else {
    add("loss", last, units[0], m[`dA${last}`].at(example, first))
    add("slope", last, units[0], m[`D${last}`].at(example, first))
  }
  for (let place = 1; place < units.length; place++) {
    const number = last - place + 1
    const [to, unit] = [units[place - 1], units[place]]
    add("weight", number, unit, m[`W${number}`].at(unit - 1, to - 1), to)
    add("slope", number - 1, unit, m[`D${number - 1}`].at(example, unit - 1))
  }
  add("input", layer - 1, source, m[`A${layer - 1}`].at(example, source - 1))
  return { units, factors, value: times(...factors.map((factor) => factor.value)) }
}
