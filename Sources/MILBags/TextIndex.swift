/// The positions of distinct texts in a list that is kept elsewhere, in four bytes a slot and at most half of them used.
///
/// A dictionary of a million names would hold each of them again, in some fifty bytes; a file of one-instance bags
/// needs a dozen bytes a bag.
package struct TextIndex {
  /// A position from 1; 0 in an empty slot.
  private var slots = [UInt32](repeating: 0, count: 16)

  package init() {}

  /// The position of a text in `texts`; where it has none, nil, and from now on it has the position `texts.count`.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - texts: the texts that were noted so far, in order.
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

  /// Whether all texts differ.
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

  /// The power of two that has two slots a text.
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
