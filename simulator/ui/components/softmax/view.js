// Logits as bars to drag; probabilities, temperature sweep and gradient follow in the browser, frame by frame.

const VIEWS = new WeakMap()

export default function (component) {
  const { parentElement, data, setStateValue } = component
  if (!VIEWS.has(parentElement)) VIEWS.set(parentElement, createView(parentElement.querySelector(".softmax")))
  const view = VIEWS.get(parentElement)
  view.accept(data, (state) => setStateValue("state", { state, revision: data.revision }))
  return () => {
    view.destroy()
    VIEWS.delete(parentElement)
  }
}

function createView(root) {
  const view = { root }
  let publish, revision, signature
  const commit = delayed(350, (value) => publish(value))
  const observer = new ResizeObserver(() => view.parts && drawView(view))
  const acts = { change, setLogit, setTemperature, shiftAll, typed, hold: () => commit.cancel() }

  function accept(incoming, send) {
    view.data = incoming
    publish = send
    // Python's state counts where it is new to this view; otherwise the reader may be ahead of it.
    if (revision !== incoming.revision || !incoming.moves) {
      commit.cancel()
      revision = incoming.revision
      view.state = { ...incoming.state, logits: [...incoming.state.logits] }
      view.range = axisRange(view.state.logits)
    }
    put(root, { role: "group", "aria-label": incoming.title })
    root.classList.toggle("fill", incoming.fill)
    build()
    drawView(view)
    announce()
  }

  function change(next, { settle = true, now = false } = {}) {
    const count = view.state.logits.length
    view.state = { ...view.state, ...next }
    view.state.target = Math.min(view.state.target, view.state.logits.length - 1)
    if (settle) view.range = axisRange(view.state.logits)
    if (view.state.logits.length !== count) build()
    drawView(view)
    if (settle) {
      view.parts.message.textContent = ""
      announce()
      commit(view.state, now)
    }
  }

  function setLogit(index, value, options) {
    const bounded = clamp(Number(value.toFixed(2)), -view.data.limits.logit, view.data.limits.logit)
    change({ logits: view.state.logits.map((logit, k) => (k === index ? bounded : logit)) }, options)
  }

  function setTemperature(value, options) {
    change({ temperature: clamp(value, view.data.limits.low, view.data.limits.high) }, options)
  }

  function shiftAll(by) {
    const largest = view.data.limits.logit
    if (view.state.logits.some((logit) => Math.abs(logit + by) > largest)) return
    change({ logits: view.state.logits.map((logit) => Number((logit + by).toFixed(2))) })
    view.parts.message.textContent = view.data.words.shifted
  }

  function typed(field, use) {
    const value = Number(field.value.trim().replace("−", "-").replace(",", "."))
    const good = field.value.trim() !== "" && Number.isFinite(value)
    const message = good ? use(value) : fill(view.data.words.not_a_number, { value: field.value.slice(0, 20) })
    view.parts.message.textContent = message ?? ""
    drawView(view, true)
  }

  // The structure: once, and again where the number of classes or the language changes.
  function build() {
    const { words, colours, moves } = view.data
    const next = JSON.stringify([view.state.logits.length, words, colours, moves])
    if (next === signature) return
    signature = next
    const focus = root.getRootNode().activeElement?.dataset?.name
    root.replaceChildren()
    root.classList.toggle("many", isCrowded(view))
    buildView(view, acts)
    observer.disconnect()
    observer.observe(root)
    observer.observe(view.parts.logits.picture)
    if (focus) root.querySelector(`[data-name="${focus}"]`)?.focus()
  }

  // Said once a change has settled: a screen reader must not hear every frame. What is seen follows every frame.
  function announce() {
    const now = examine(view.state.logits, view.state.temperature, view.state.target)
    put(view.parts.narration, { text: narration(now, view.state, view.data.words) })
  }

  return {
    accept,
    destroy() {
      observer.disconnect()
      commit.cancel()
    },
  }
}

// narrate_bars says the same in Python.
function narration(now, state, words) {
  const largest = now.probabilities[now.largest]
  const leaders = now.probabilities.flatMap((p, k) => (p === largest ? [k + 1] : [])) // equal logits have exactly equal ones
  const even = largest - Math.min(...now.probabilities) < 0.02
  const kind = even ? "even" : largest > 0.98 ? "sure" : leaders.length > 1 ? "tie" : "between"
  const first = fill(words[`narration_${kind}`], { numbers: leaders.join(", "), temperature: numberText(state.temperature), number: now.largest + 1, p: probabilityText(largest), entropy: numberText(now.entropy) })
  const second = now.largest === state.target && ["sure", "between"].includes(kind) ? "narration_right" : "narration_wrong"
  return `${first} ${fill(words[second], { target: state.target + 1, loss: numberText(now.loss) })}`
}
