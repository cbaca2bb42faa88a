// The equations of simulator/scenes/losses/entropy.py in float64; a test holds the two together.

function crossEntropy(probabilities, model, base) {
  const total = probabilities.reduce((sum, p, k) => (p > 0 ? sum - p * Math.log(model[k]) : sum), 0)
  return total / Math.log(base) + 0
}

function klDivergence(probabilities, model, base) {
  const total = probabilities.reduce((sum, p, k) => (p > 0 ? sum + p * (Math.log(p) - Math.log(model[k])) : sum), 0)
  return Math.max(total / Math.log(base), 0)
}

// Everything that is measured of P and Q; of P alone its entropy.
function measure([p, q], base) {
  const entropy = crossEntropy(p, p, base)
  return q ? { entropy, cross_entropy: crossEntropy(p, q, base), kl: klDivergence(p, q, base) } : { entropy }
}

// One outcome less, or one more with an equal share; the others keep their proportions. The sum stays 1.
function withoutLast(probabilities) {
  const kept = probabilities.slice(0, -1)
  const total = kept.reduce((sum, p) => sum + p, 0)
  return kept.map((p) => (total > 0 ? p / total : 1 / kept.length))
}

function withOneMore(probabilities) {
  const share = 1 / (probabilities.length + 1)
  return [...probabilities.map((p) => p * (1 - share)), share]
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

// A probability above a bar whose column is so many letters' heights wide: as many digits as have room.
function shortText(p, room) {
  if (p === 0 || p === 1) return String(p)
  const written = p.toFixed(p < 0.1 && room > 3.2 ? 3 : 2)
  return room > 2.9 ? written : written.replace("0.", ".")
}

// The same in its field, which is read again: all digits that a reader sees elsewhere, or as many as have room.
function fieldText(p, room) {
  if (room > 3.4) return numberText(p)
  return room > 2.9 ? String(Number(p.toFixed(3))) : shortText(p, room)
}
