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
    if !areSame, !areHeaders { try refuseOddOnes(lines, headers, arrays) }
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
    guard isWide, ascends(line) else { throw ambiguous(line, "the first line of every file", file) }
    return true
  }

  private static func ascends(_ line: [String]) -> Bool { NumberSequence(fields: line)?.ascends == true }

  /// Refuses first lines that are a header in some files and an instance in others.
  ///
  /// Most files may share a line that the others lack, or one may have a line of equal steps.
  private static func refuseOddOnes(
    _ lines: [[String]], _ headers: [TextHeader], _ arrays: [FileArray]
  ) throws {
    let counts = Dictionary(lines.map { ($0, 1) }, uniquingKeysWith: +)
    if let (line, count) = counts.max(by: { $0.value < $1.value }), count > 1, count * 2 >= lines.count,
      let odd = lines.firstIndex(where: { $0 != line }), !headers.contains(where: \.recurs), Set(line).count > 1
    {
      let isOfNearlyAll = count > 2 && (count == lines.count - 1 || count * 10 >= lines.count * 9)
      guard isOfNearlyAll || line.count >= leastWidth && ascends(line) else { return }
      throw ReadError(
        file: arrays[odd].file, at: .line(1),
        found: "\(text(lines[odd])) as the first line, and \(text(line)) in \(count) of \(lines.count) files, "
          + "a header or an instance",
        expected: "the header in all files where it is one, \(ReadOption.header.spelling) no where it is an instance")
    }
    // Wavelengths have equal steps.
    let even = lines.indices.filter {
      lines[$0].count > leastWidth && NumberSequence(fields: lines[$0])?.ascendsEvenly == true
    }
    guard let some = even.first, even.count * 2 < lines.count, !headers[some].recurs else { return }
    throw ambiguous(
      lines[some], "the first line, with equal steps as in \(even.count) of \(lines.count) files",
      arrays[some].file)
  }

  /// Whether first lines that differ all count the columns.
  private static func countColumns(_ headers: [TextHeader], _ arrays: [FileArray]) throws -> Bool {
    // Where all files have fractions, two whole numbers that count the columns are hardly an instance.
    let isNarrow = arrays[0].featureCount == 2 && headers.allSatisfy(\.haveFractions)
    let counted = headers.indices.filter {
      headers[$0].isCounted && (isNarrow || arrays[$0].featureCount >= leastWidth)
    }
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
