/// The positions of distinct texts in a list stored elsewhere, in four bytes per slot with at most half of the slots
/// used.
///
/// A dictionary of a million names would store each of them again, in about fifty bytes; a file of one-instance bags
/// needs about a dozen bytes per bag.
package struct TextIndex {
  /// A position from 1; 0 in an empty slot.
  private var slots = [UInt32](repeating: 0, count: 16)

  package init() {}

  /// Returns the position of a text in `texts`; if it has none, returns nil and assigns it the position `texts.count`.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - texts: the texts noted so far, in order.
  package mutating func note(_ text: String, among texts: [String]) -> Int? {
    if 2 * (texts.count + 1) > slots.count { grow(texts) }
    var slot = firstSlot(of: text)
    while slots[slot] != 0 {
      let position = Int(slots[slot]) - 1
      if texts[position] == text { return position }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = UInt32(texts.count + 1)
    return nil
  }

  /// Returns whether all texts differ.
  package static func areDistinct(_ texts: [String]) -> Bool {
    var index = TextIndex()
    index.slots = [UInt32](repeating: 0, count: index.size(for: texts.count))
    return texts.indices.allSatisfy { position in
      var slot = index.firstSlot(of: texts[position])
      while index.slots[slot] != 0 {
        if texts[Int(index.slots[slot]) - 1] == texts[position] { return false }
        slot = (slot + 1) & (index.slots.count - 1)
      }
      index.slots[slot] = UInt32(position + 1)
      return true
    }
  }

  private func firstSlot(of text: String) -> Int { text.hashValue & (slots.count - 1) }

  /// Returns the power of two with at least two slots per text.
  private func size(for count: Int) -> Int {
    var size = 16
    while size < 2 * count + 2 { size *= 2 }
    return size
  }

  private mutating func grow(_ texts: [String]) {
    slots = [UInt32](repeating: 0, count: size(for: texts.count + 1))
    for (position, text) in texts.enumerated() {
      var slot = firstSlot(of: text)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(position + 1)
    }
  }
}
