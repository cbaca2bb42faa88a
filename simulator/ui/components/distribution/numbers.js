// The equations of simulator/entropy.py in float64; a test holds the two together.

function crossEntropy(probabilities, model, base) {
  const total = probabilities.reduce((sum, p, k) => (p > 0 ? sum - p * Math.log(model[k]) : sum), 0)
  return total / Math.log(base) + 0
}

function klDivergence(probabilities, model, base) {
  const total = probabilities.reduce((sum, p, k) => (p > 0 ? sum + p * (Math.log(p) - Math.log(model[k])) : sum), 0)
  return Math.max(total / Math.log(base), 0)
}

// Sets one probability; the others share the rest in proportion to what they have. The sum stays 1.
function withProbability(probabilities, outcome, value) {
  const rest = probabilities.reduce((sum, p, k) => (k === outcome ? sum : sum + p), 0)
  return probabilities.map((p, k) => {
    if (k === outcome) return value
    return (rest > 0 ? p / rest : 1 / (probabilities.length - 1)) * (1 - value)
  })
}

// Reads 0.25, 25%, ,25 and 1/16; null where that is no probability.
function readProbability(written) {
  const plain = written.trim().replace(",", ".")
  const [top, bottom = "1", ...others] = plain.replace("%", "").split("/")
  const value = Number(top) / Number(bottom) / (plain.endsWith("%") ? 100 : 1)
  const bad = others.length || top.trim() === "" || bottom.trim() === "" || !Number.isFinite(value)
  return bad || value < 0 || value > 1 ? null : value
}
