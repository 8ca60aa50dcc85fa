/// The bag of each instance as a file writes it: whole numbers, all 64 bits of them, or text.
enum BagIdentifiers: Sendable {
  case numbers([Int])
  case texts([String])

  /// The number of instances.
  var count: Int {
    switch self {
    case .numbers(let numbers): numbers.count
    case .texts(let texts): texts.count
    }
  }

  /// The ids as text.
  var names: [String] {
    switch self {
    case .numbers(let numbers): numbers.map(String.init)
    case .texts(let texts): texts
    }
  }

  /// Whether two texts are in the order of people, in which s2 comes before s10.
  static func precedesNaturally(_ left: String, _ right: String) -> Bool {
    let (one, two) = (Array(left.utf8), Array(right.utf8))
    var (i, j) = (0, 0)
    func digits(_ text: [UInt8], _ start: Int) -> ArraySlice<UInt8> {
      text[start...].prefix { (0x30...0x39).contains($0) }
    }
    while i < one.count, j < two.count {
      let (first, second) = (digits(one, i), digits(two, j))
      if !first.isEmpty, !second.isEmpty {
        let (a, b) = (first.drop { $0 == 0x30 }, second.drop { $0 == 0x30 })
        if a.count != b.count { return a.count < b.count }
        if !a.elementsEqual(b) { return a.lexicographicallyPrecedes(b) }
        (i, j) = (i + first.count, j + second.count)
      } else {
        if one[i] != two[j] { return one[i] < two[j] }
        (i, j) = (i + 1, j + 1)
      }
    }
    return one.count - i < two.count - j
  }

  /// Whether two texts are in the order of their characters' codes, as NumPy sorts them.
  static func precedesByCode(_ left: String, _ right: String) -> Bool {
    left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
  }
}
