import Autodiff
import Containers
import Foundation
import LinearAlgebra
import MILBags
import UserInput

extension LabelledInstances {
  /// Reads labelled instances: MedMNIST's archive of images, MNIST's digits, or text with a class column.
  ///
  /// MedMNIST's layout: `train_images` and `train_labels`, and the same for `val` and `test`, of which any may be
  /// missing. An image is an instance whose pixels, in C order, are its features. The names `x_train` and `y_train`
  /// work as well.
  ///
  /// MNIST's layout: an idx file of images, and beside it the file of labels, plain or gzipped. The latter's name has
  /// `labels-idx1` in place of `images-idx3`.
  ///
  /// Text: CSV with a header line, separated by commas, semicolons or tabs, plain or gzipped. It has the class column,
  /// optionally a column `split`, and features. Classes are in ascending order of their names, as numbers if all are
  /// numbers.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - name: the set's name; the file's name without its extensions by default.
  ///   - classColumn: the class column. By default it is the one called label, class, target, category or y, or the
  ///     only one without numbers.
  ///   - classNames: the names of an archive's classes, which are numbers from 0; the numbers by default.
  /// - Throws: `ReadError` with the invalid place, or `DatasetError`.
  ///
  /// Source of the layout: J. Yang, R. Shi, D. Wei et al., MedMNIST v2, a large-scale lightweight benchmark for 2D and
  /// 3D biomedical image classification, Scientific Data 10, 2023, doi:10.1038/s41597-022-01721-8.
  package static func read(
    _ url: URL, name: String? = nil, classColumn: String? = nil, classNames: [String]? = nil
  ) throws -> LabelledInstances {
    let bytes = try BagReader.contents(of: url, expected: "a file of labelled instances")
    let content = try BagReader.unpacked(bytes, file: url.path)
    let name = name ?? BagReader.stem(of: url)
    if ZipArchive.hasZipHeader(content) {
      let parts = try parts(of: NumPyArchive(bytes: content, file: url.path), file: url.path)
      return try read(parts, file: url.path, name: name, classNames: classNames)
    }
    if IdxArray.hasHeader(content) { return try read(digits: content, url, name: name) }
    return try LabelledText.read(content, file: url.path, name: name, classColumn: classColumn)
  }

  /// Reads single-channel images, with the labels from the file beside theirs.
  private static func read(digits content: [UInt8], _ url: URL, name: String) throws -> LabelledInstances {
    let images = try IdxArray(bytes: content, file: url.path)
    let file = url.lastPathComponent
    guard images.shape.count == 3, !images.shape.contains(0), file.contains("images-idx3") else {
      throw ReadError(
        file: url.path, found: "an idx file of shape \(images.shape)",
        expected: "images x height x width in a file whose name has images-idx3")
    }
    let place = url.deletingLastPathComponent()
      .appendingPathComponent(file.replacing("images-idx3", with: "labels-idx1"), isDirectory: false)
    let packed = try BagReader.contents(of: place, expected: "the labels of \(file)")
    let labels = try IdxArray(bytes: BagReader.unpacked(packed, file: place.path), file: place.path)
    guard labels.shape == [images.shape[0]] else {
      throw ReadError(
        file: place.path, found: "labels of shape \(labels.shape)", expected: "\(images.shape[0]), one an image")
    }
    let shape = ImageShape(channels: 1, height: images.shape[1], width: images.shape[2])
    let classes = labels.bytes.map { Int($0) }
    return try LabelledInstances(
      name: name, features: Matrix(rows: classes.count, columns: shape.count, elements: images.bytes.map { Float($0) }),
      classes: classes, classNames: (0...(classes.max() ?? 0)).map(String.init), imageShape: shape)
  }

  /// The names of the image and label arrays of each split.
  private static let splits: [(name: String, images: [String], labels: [String])] = ["train", "val", "test"].map {
    ($0, [$0 + "images", "x" + $0], [$0 + "labels", "y" + $0])
  }

  /// Whether arrays have MedMNIST's names.
  static func isMedMNIST(_ names: [String]) -> Bool {
    let names = names.map { $0.lowercased().filter { $0 != "_" } }
    return splits.contains { split in names.contains { split.images.contains($0) } }
  }

  /// The images and labels of a split.
  private struct Part {
    let title: String
    let images: NumPyArray
    let labels: NumPyArray
    var count: Int { images.shape.first ?? 0 }
    /// The number of values in an image.
    var width: Int { count == 0 ? 0 : images.count / count }
  }

  private static func parts(of archive: NumPyArchive, file: String) throws -> [Part] {
    let parts = try splits.compactMap { title, imageNames, labelNames -> Part? in
      guard let labels = try archive.array(named: labelNames), let images = try archive.array(named: imageNames) else {
        return nil
      }
      return Part(title: title, images: images, labels: labels)
    }
    guard !parts.isEmpty else {
      throw ReadError(
        file: file, found: archive.summary, expected: "arrays train_images and train_labels, or those of val or test")
    }
    return parts
  }

  /// Joins all splits. The archive may already be released, because with the numbers it takes over four times the
  /// file's size.
  private static func read(
    _ parts: [Part], file: String, name: String, classNames: [String]?
  ) throws -> LabelledInstances {
    var classes: [Int] = []
    var split: [String] = []
    for part in parts {
      let numbers = try part.labels.list()
      guard part.images.shape.count >= 2, part.images.count > 0, !part.images.isText else {
        throw part.images.error(expected: "numbers of shape (instances, features)")
      }
      guard part.width == parts[0].width else {
        throw part.images.error(expected: "\(parts[0].width) values an image as in the arrays before")
      }
      guard numbers.count == part.count else {
        throw part.labels.error(expected: "one label for each of \(part.count) images")
      }
      classes += try numbers.map { number in
        guard let label = Int(exactly: number), (0..<(1 << 16)).contains(label) else {
          throw part.labels.error(found: "label \(number)", expected: "whole numbers from 0 to 65535")
        }
        return label
      }
      split += [String](repeating: part.title, count: part.count)
    }
    let classCount = (classes.max() ?? 0) + 1
    let names = classNames ?? (0..<classCount).map(String.init)
    guard classCount <= names.count else {
      throw ReadError(file: file, found: "class \(classCount - 1)", expected: "one of \(names.count) classes, from 0")
    }
    let columns = parts[0].width
    var features = Matrix<Float>(rows: classes.count, columns: columns)
    var start = 0
    for part in parts {
      try part.images.forEachBlockOfRows { first, values in
        let block = FilePart(file: file, field: part.images.field, content: (columns: columns, values: values))
        try FlatBags.requireFinite(block, firstRow: first)
        features.replaceElements(from: (start + first) * columns, with: values)
      }
      start += part.count
    }
    return try LabelledInstances(
      name: name, features: features, classes: classes, classNames: names, split: split)
  }
}

/// Reads text with a class column.
private enum LabelledText {
  static func read(_ content: [UInt8], file: String, name: String, classColumn: String?) throws -> LabelledInstances {
    var text = TextScanner(file: file, bytes: content)
    text = text.restarted(separator: CSVText.separator(of: text))
    guard text.nextLine() else {
      throw ReadError(file: file, found: "no lines", expected: "a header line with a column of classes")
    }
    let header = try fields(&text)
    let headerLine = text.line
    var probe = text
    let first = probe.nextLine() ? try fields(&probe) : []
    let classIndex = try classColumnIndex(classColumn, header, first, file: file, line: headerLine)
    let splitIndex = header.firstIndex { $0.lowercased() == "split" }
    var names: [String] = []
    var split: [String] = []
    var features: [Float] = []
    while text.nextLine() {
      try text.refuseLineEnds(ofFields: header.count)
      let count = text.fieldsLeft
      guard count == header.count else {
        throw text.fieldCountError(found: count, expected: "\(header.count) as in the header")
      }
      for column in header.indices {
        switch column {
        case classIndex:
          let field = String(decoding: try text.text(), as: UTF8.self)
          guard !field.isEmpty else { throw text.error(found: "an empty field", expected: "a class") }
          names.append(field)
        case splitIndex: split.append(String(decoding: try text.text(), as: UTF8.self))
        default: features.append(Float(try text.feature()))
        }
      }
    }
    let classNames = ordered(Set(names))
    let places = Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($1, $0) })
    let featureNames = header.indices.filter { $0 != classIndex && $0 != splitIndex }.map { header[$0] }
    guard !featureNames.isEmpty, !names.isEmpty else {
      throw ReadError(
        file: file, found: "\(names.count) lines of \(header.count) columns", expected: "classes and features")
    }
    return try LabelledInstances(
      name: name, features: Matrix(rows: names.count, columns: featureNames.count, elements: features),
      classes: names.map { places[$0] ?? 0 }, classNames: classNames, split: splitIndex == nil ? nil : split,
      featureNames: featureNames)
  }

  /// Returns the index of the class column in the header.
  private static func classColumnIndex(
    _ wanted: String?, _ header: [String], _ first: [String], file: String, line: Int
  ) throws -> Int {
    let lowered = header.map { $0.lowercased() }
    let usual = ["label", "class", "target", "category", "y"]
    for name in wanted.map({ [$0.lowercased()] }) ?? usual {
      if let index = lowered.firstIndex(of: name) { return index }
    }
    let words = first.indices.filter { $0 < header.count && Double(first[$0]) == nil && lowered[$0] != "split" }
    if wanted == nil, words.count == 1 { return words[0] }
    throw ReadError(
      file: file, at: .line(line),
      found: "the columns \(header.prefix(12).joined(separator: ", "))".onOneLine(limit: 400),
      expected: wanted.map { "a column \($0)" } ?? "a column of classes called \(usual.joined(separator: ", "))")
  }

  private static func fields(_ text: inout TextScanner) throws -> [String] {
    var fields: [String] = []
    while !text.isAtLineEnd { fields.append(String(decoding: try text.text(), as: UTF8.self)) }
    return fields
  }

  private static func ordered(_ names: Set<String>) -> [String] {
    if names.allSatisfy({ Int($0) != nil }) { return names.sorted { (Int($0) ?? 0, $0) < (Int($1) ?? 0, $1) } }
    return names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
  }
}
