/// File names for names of any kind: letters, digits, dots, dashes and underscores of ASCII, different for different names
/// also where a file system reads capitals as small letters.
struct SiteFileNames: Sendable {
  private let stems: [String: String]

  /// File names for names, which depend on the set of names alone.
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

  /// The file name of a name, without ending; nil of a name that it was not made for.
  subscript(name: String) -> String? { stems[name] }

  private static func stem(of name: String) -> String {
    var stem = ""
    for scalar in name.unicodeScalars {
      let isKept = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      // Two dots in a row would read as the folder above.
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
  /// The path with what an address cannot hold written as bytes in hexadecimal.
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
