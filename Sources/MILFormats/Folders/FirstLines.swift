import Containers
import MILBags
import UserInput

/// Decides whether the first lines of text files are headers, if they are numbers.
///
/// pandas numbers the columns of a matrix, and spectra have wavelengths for names. The same line in every file is more
/// likely a header than an instance, unless it occurs again below.
enum FirstLines {
  /// The number of columns from which a line that counts or ascends is a header.
  private static let leastWidth = 3

  /// Returns the files' arrays without first lines that are headers.
  ///
  /// - Throws: ``ReadError`` that names the option, if the first lines may be headers or instances.
  static func settled(
    _ contents: [FeatureArrays.Content], _ decisions: inout [ReadDecision]
  ) throws -> [FeatureArrays.Content] {
    let arrays = contents.compactMap { $0.features as? FileArray }
    let headers = arrays.compactMap(\.header)
    let lines = headers.compactMap(\.numbers)
    guard let first = lines.first, lines.count == contents.count else { return contents }
    let areSame = lines.allSatisfy { $0 == first }
    let areHeaders =
      try areSame ? isHeader(first, headers, file: arrays[0].file) : countColumns(headers, arrays)
    let line = text(first)
    guard areHeaders else {
      decisions.append(
        ReadDecision(
          .columns, "the files have no header: their first lines are instances", option: ReadOption.header.spelling))
      return contents
    }
    let reason =
      headers[0].isCounted
      ? " that counts the columns" : ": its numbers ascend, and are no instance of any file"
    decisions.append(
      ReadDecision(
        .columns, "the first line of every file, \(line), is a header" + reason, option: ReadOption.header.spelling))
    return try zip(contents, arrays).map { content, array in
      var content = content
      content.features = try array.withFirstRowAsHeader()
      return content
    }
  }

  /// Whether a line that is the first of all files is their header.
  private static func isHeader(_ line: [String], _ headers: [TextHeader], file: String) throws -> Bool {
    let recurs = headers.contains(where: \.recurs)
    let isWide = line.count >= leastWidth
    if headers[0].isCounted {
      // A line such as 0,1 may be an instance of whole numbers; programs that write so few names count from 0.
      let isAlike =
        !isWide && (headers.count == 1 || line.first != "0" || !headers.contains(where: \.haveFractions))
      guard !recurs, !isAlike else { throw ambiguous(line, "the first line of every file", file) }
      return true
    }
    guard headers.count > 1, !recurs else { return false }
    let values = line.compactMap { Double(String(decoding: DecimalMarks.pointed($0.utf8), as: UTF8.self)) }
    let ascends = values.count == line.count && zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
    guard isWide, ascends else { throw ambiguous(line, "the first line of every file", file) }
    return true
  }

  /// Whether first lines that differ all count the columns.
  private static func countColumns(_ headers: [TextHeader], _ arrays: [FileArray]) throws -> Bool {
    let counted = headers.indices.filter { headers[$0].isCounted && arrays[$0].featureCount >= leastWidth }
    guard let some = counted.first, counted.count < headers.count else { return !counted.isEmpty }
    throw ambiguous(
      headers[some].numbers ?? [],
      "the first line, which counts the columns as in \(counted.count) of \(headers.count) files", arrays[some].file)
  }

  private static func text(_ line: [String]) -> String {
    line.prefix(6).joined(separator: ",") + (line.count > 6 ? ",..." : "")
  }

  private static func ambiguous(_ line: [String], _ place: String, _ file: String) -> ReadError {
    ReadError(
      file: file, at: .line(1), found: "\(text(line)) as \(place), a header or an instance",
      expected: "\(ReadOption.header.spelling) yes where it is a header, \(ReadOption.header.spelling) no where it is "
        + "an instance")
  }
}
