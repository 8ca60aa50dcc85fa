/// File names for arbitrary names: letters, digits, dots, dashes and underscores of ASCII.
///
/// They are distinct for distinct names, also on a file system that ignores case.
struct SiteFileNames: Sendable {
  private let stems: [String: String]

  /// Creates file names for names; they depend only on the set of names.
  init(_ names: some Sequence<String>) {
    var stems: [String: String] = [:]
    var taken: Set<String> = []
    for name in Set(names).sorted() {
      let stem = Self.stem(of: name)
      var candidate = stem
      var number = 2
      while !taken.insert(candidate.lowercased()).inserted {
        candidate = "\(stem)-\(number)"
        number += 1
      }
      stems[name] = candidate
    }
    self.stems = stems
  }

  /// Returns the file name of a name, without extension; nil for an unknown name.
  subscript(name: String) -> String? { stems[name] }

  private static func stem(of name: String) -> String {
    var stem = ""
    for scalar in name.unicodeScalars {
      let isKept = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      // Two dots in a row would mean the parent folder.
      let isInside = !stem.isEmpty && stem.last != "." && stem.last != "-"
      if isKept || (scalar == "_" || scalar == ".") && isInside {
        stem.unicodeScalars.append(scalar)
      } else if scalar == "." {
        continue
      } else if !stem.isEmpty, stem.last != "-" {
        stem.append("-")
      }
    }
    stem = String(stem.prefix(80))
    while let last = stem.last, last == "-" || last == "." { stem.removeLast() }
    return stem.isEmpty ? "unnamed" : stem
  }
}

extension String {
  /// The path with characters that are invalid in an address as hexadecimal bytes.
  var asAddress: String {
    utf8.map { byte in
      let scalar = UnicodeScalar(byte)
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "-._~/".unicodeScalars.contains(scalar))
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(scalar) : "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }
}
