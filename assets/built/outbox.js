// Forms filled in while the network is down, such as service records in the field: kept in this browser for the person
// who typed them, and sent once the server can be reached again. Each keeps the key of its page, so that it takes effect
// once however often it is sent.
import { isFailure, read, refusal } from './answers.js'
import { say } from './words.js'

const STORE = 'luyue.outbox'
const MOST = 200
// Fields that belong to the session and not to what was typed.
const OF_SESSION = ['form', 'key', 'kept_form', 'enter']

const person = () => document.body.dataset.person ?? ''

function all() {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? '[]')
  } catch {
    return []
  }
}

// Returns false where the browser keeps nothing, as in a private window that is full.
function save(entries) {
  try {
    localStorage.setItem(STORE, JSON.stringify(entries))
  } catch {
    return false
  }
  render()
  return true
}

const own = () => all().filter((entry) => entry.person === person())
const remove = (key) => save(all().filter((entry) => entry.key !== key))
const change = (key, values) => save(all().map((entry) => (entry.key === key ? { ...entry, ...values } : entry)))

// `crypto.randomUUID` exists only on secure pages.
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

// Returns what a field shows: of a choice, its words.
function shown(field) {
  const [chosen] = field?.selectedOptions ?? []
  return (chosen?.textContent ?? field?.value ?? '').trim()
}

// Keeps a form and empties it for the next one. Returns false for a form that cannot be kept.
export function keep(form) {
  const entries = all()
  if (!('outbox' in form.dataset) || !person() || entries.length >= MOST) return false
  const values = [...new FormData(form)].filter(([name]) => !OF_SESSION.includes(name))
  const words = form.dataset.outbox.split(' ').map((name) => shown(form.elements[name])).filter(Boolean).join(' · ')
  const { value: key } = form.elements.key
  const entry = { key, person: person(), action: form.getAttribute('action'), values, words, state: 'waiting', reasons: [] }
  if (!save([...entries, entry])) return false
  form.reset()
  form.elements.key.value = newKey()
  form.dispatchEvent(new Event('sent', { bubbles: true }))
  tell(say('outboxKept'))
  return true
}

function tell(words) {
  document.querySelectorAll('[data-outbox-list] [role=status]').forEach((status) => { status.textContent = words })
}

const formOf = (page, action) => [...(page?.forms ?? [])].find((form) => form.getAttribute('action') === action)

// Lists what is unsent, with its state, where a page has a place for it.
function render() {
  const entries = own()
  for (const place of document.querySelectorAll('[data-outbox-list]')) {
    const status = place.querySelector('[role=status]')
    place.hidden = entries.length === 0 && !status.textContent
    place.querySelector('ul').replaceChildren(...entries.map(line))
    place.querySelector('button[data-outbox-send]').hidden = entries.length === 0
  }
}

function line(entry) {
  const row = document.createElement('li')
  row.dataset.state = entry.state
  row.append(entry.words, document.createElement('br'))
  const state = row.appendChild(document.createElement('strong'))
  Object.assign(state, { className: 'govuk-tag', textContent: say(`outbox${entry.state[0].toUpperCase()}${entry.state.slice(1)}`) })
  for (const reason of entry.reasons) row.appendChild(document.createElement('p')).textContent = reason
  const form = formOf(document, entry.action)
  const buttons = row.appendChild(document.createElement('p'))
  if (form) buttons.append(button('outboxEdit', entry, () => edit(form, entry)), ' ')
  buttons.append(button('outboxDelete', entry, (pressed) => {
    if ('sure' in pressed.dataset) return remove(entry.key)
    pressed.dataset.sure = ''
    pressed.firstChild.textContent = say('outboxSure')
    return pressed
  }))
  return row
}

function button(words, entry, press) {
  const made = document.createElement('button')
  Object.assign(made, { type: 'button', className: 'link' })
  made.append(say(words))
  const hidden = made.appendChild(document.createElement('span'))
  Object.assign(hidden, { className: 'govuk-visually-hidden', textContent: ` ${entry.words}` })
  made.addEventListener('click', () => press(made))
  return made
}

// Puts what was typed back into the form of the page, to be corrected.
function edit(form, entry) {
  for (const [name, value] of entry.values) {
    const field = form.elements[name]
    if (!field) continue
    field.value = value
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  form.elements.key.value = entry.key
  remove(entry.key)
  form.querySelector('input:not([type=hidden]), select')?.focus()
}

// Sends what waits, one after the other. Of several tabs one sends.
let isSending = false
export async function send() {
  if (isSending || own().length === 0) return
  isSending = true
  try {
    await (navigator.locks ? navigator.locks.request(STORE, sendAll) : sendAll())
  } finally {
    isSending = false
  }
}

async function sendAll() {
  let number = 0
  for (const { key } of own()) {
    // Another tab may have sent it, or the person deleted it.
    const entry = own().find((other) => other.key === key && other.state !== 'refused')
    if (!entry) continue
    change(key, { state: 'sending' })
    const outcome = await post(entry)
    if (outcome.state === 'sent') {
      remove(key)
      number += 1
    } else {
      change(key, outcome)
      if (outcome.state !== 'refused') break
    }
  }
  if (number > 0) tell(say('outboxSent', { number }))
  render()
}

const waiting = { state: 'waiting', reasons: [] }
const ended = { state: 'ended', reasons: [] }

// Sends an entry with the token of the present session. Returns its new state.
async function post(entry) {
  const ask = (options) =>
    fetch(entry.action, { cache: 'no-store', ...options }).then(
      async (answer) => ({ answer, text: await answer.text() }),
      () => null,
    )
  const asked = await ask()
  if (!asked || isFailure(asked.answer.status)) return waiting
  const page = read(asked.text)
  if (page?.body.dataset.person !== entry.person) return ended
  const form = formOf(page, entry.action)
  if (!form) return refused(page)
  const body = new URLSearchParams([['form', form.elements.form.value], ['key', entry.key], ...entry.values])
  const sent = await ask({ method: 'POST', body, headers: { 'HX-Request': 'true' } })
  if (!sent || isFailure(sent.answer.status)) return waiting
  const next = sent.answer.headers.get('HX-Redirect') ?? (sent.answer.redirected ? sent.answer.url : null)
  if (next) return next.includes('/sign-in') || next.includes('kept=') ? ended : { state: 'sent' }
  return refused(read(sent.text))
}

function refused(page) {
  const [title, reasons] = refusal(page)
  return { state: 'refused', reasons: reasons.length > 0 ? reasons : [title ?? say('failedTitle')] }
}

document.addEventListener('click', (event) => {
  if (event.target.closest?.('[data-outbox-send]')) {
    own().filter((entry) => entry.state === 'refused').forEach((entry) => change(entry.key, waiting))
    send()
  }
})
addEventListener('online', send)
addEventListener('storage', (event) => {
  if (event.key === STORE) render()
})
document.addEventListener('luyue:swap', render)
render()
send()
