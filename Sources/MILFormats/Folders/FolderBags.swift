import Containers
import Foundation
import MILBags
import UserInput

/// A folder with one or several feature files a bag, and tables of labels.
///
/// Opening it reads only shapes, labels and places; features stay in their files.
package struct FeatureFolder: DatasetFormat {
  /// Creates the format.
  package init() {}

  /// The format's id.
  package var id: String { "feature-folder" }
  /// The layout in a few words.
  package var summary: String {
    "a folder with a file of features a bag (.npy, .npz, .h5, .pt, .safetensors, .csv, .tsv, .txt) and a table of labels"
  }

  /// Whether a place is a folder, other than one with the files of a layout of several.
  package func recognises(_ place: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) && isFolder.boolValue
      && BagFormat.file(inFolder: place) == nil
  }

  /// Opens a folder.
  ///
  /// - Throws: `ReadError` with the invalid file, line or option.
  package func open(_ place: URL, _ options: ReadOptions) throws -> BagDataset {
    try Self.refuseOthers(options, place)
    let listing = try FolderListing(place)
    let found = try Self.find(in: listing, options)
    if !found.bags.contains(where: { DelimitedFile().extensions.contains(BagFileName.ending(of: $0.features)) }) {
      try Self.refuseOthers(
        options, place,
        than: ReadOption.folder.subtracting([.coordinateColumns, .header, .decimal]))
    }
    var bags = FolderBags(listing, found, options)
    return try bags.dataset(named: place.standardizedFileURL.lastPathComponent)
  }

  private static func find(in listing: FolderListing, _ options: ReadOptions) throws -> FoundFiles {
    for layout in FolderLayouts.all {
      if let found = try layout.find(in: listing, options), !found.bags.isEmpty { return found }
    }
    throw ReadError(
      file: listing.url.path, found: "a folder",
      expected: "a file of bags, or a folder with a file of features a bag ("
        + BagFileName.endings.sorted().map { "." + $0 }.joined(separator: ", ")
        + "), or with X.mat, Bag2.mat and BagI.mat, or the three with one prefix and _ before these names")
  }

  private static func refuseOthers(
    _ options: ReadOptions, _ place: URL, than known: Set<ReadOption> = ReadOption.folder
  ) throws {
    let unused = options.givenHere.filter { !known.contains($0) }
    guard !unused.isEmpty else { return }
    throw ReadError(
      file: place.path,
      found: "\(unused.map(\.spelling).joined(separator: ", ")), of which a folder of features has no use",
      expected: "a call without")
  }
}

/// Assembles the bags of a folder.
struct FolderBags {
  private let listing: FolderListing
  private let found: FoundFiles
  private let options: ReadOptions
  private var decisions: [ReadDecision] = []
  /// The names of the features, if the files name them.
  private var featureNames: [String]?
  /// The slides that are not bags.
  private var leftOut: [String] = []

  /// A file that belongs to a bag.
  private struct Part {
    let file: Int
    let content: FeatureArrays.Content
  }

  /// Creates the assembly of the files that a layout found.
  init(_ listing: FolderListing, _ found: FoundFiles, _ options: ReadOptions) {
    (self.listing, self.found, self.options) = (listing, found, options)
  }

  /// Assembles the data set.
  ///
  /// - Throws: ``ReadError`` or ``DatasetError`` with the cause.
  mutating func dataset(named name: String) throws -> BagDataset {
    decisions = [ReadDecision(.format, "laid out as \(found.title)")] + found.decisions
    decisions += found.leftOut(of: listing, options).list
    let answers = try BagAnswers(found, listing, options)
    var ofFiles = options
    ofFiles.columns.ignored = answers.columns.ignored
    let index = FileIndex(found.bags)
    let parts = try self.parts(answers, index, ofFiles)
    let bags = try BagJoin(parts.map(\.file), answers, index, options, listing.url.path)
    try BagNames.requireDistinctPrints(bags.names, file: listing.url.path)
    decisions += answers.decisions + bags.decisions + BagNames.decisions(bags.names)
    let byFile = Dictionary(parts.map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
    let ordered = bags.files.map { $0.compactMap { byFile[$0] } }
    let sizes = ordered.map { $0.reduce(0) { $0 + $1.content.count } }
    let offsets = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let all = ordered.flatMap(\.self)
    let instanceLabels = try InstanceLabels(
      all.map { (found.bags[$0.file], $0.content.count) }, listing, options)
    if instanceLabels == nil, let given = options.givenHere.first(where: ReadOption.instanceLabels.contains) {
      throw ReadError(
        file: listing.url.path, found: "\(given.spelling), and no labels of instances",
        expected: "a call without, or a folder of patch labels beside the features")
    }
    let targets = try bags.targets(
      answers, instanceLabels: instanceLabels?.labels, offsets: offsets, file: answers.source, options)
    decisions += targets.decisions + (instanceLabels?.decision).list
    let places = try places(all)
    let source = try source(of: all, name: name)
    var table = try BagTable(
      name: name, offsets: offsets, targets: targets.targets, bagNames: bags.names,
      instanceLabels: instanceLabels?.labels, groups: bags.groups, places: places, featureNames: featureNames)
    table.foldNames = bags.folds
    var settled = settledOptions(answers, targets, instanceLabels)
    let filled = try MissingInFiles.settled(
      BagDataset(table, source), all.map(\.content.features), options, file: listing.url.path)
    settled.droppedFeatures = filled.droppedFeatures
    decisions += filled.decisions
    let (left, decision) = try LeakColumn.settled(filled, ofFiles, path: listing.url.path)
    decisions += decision.list
    let isWhole = filled.dataset.instanceCount == offsets.last
    decisions += try FolderSample.decisions(
      left, files: isWhole ? Self.rows(of: all.map(\.content.count)) : nil, parts: all.map(\.content.features), options,
      path: listing.url.path)
    let described = try answers.bagFeatures.settled(
      left.dataset, files: Dictionary(zip(bags.names, bags.files), uniquingKeysWith: { first, _ in first }), options,
      path: listing.url.path)
    decisions += described.decision.list
    if described.decision != nil { settled.columns.bagFeatures = answers.bagFeatures.names }
    table = described.dataset.table
    table.reading = Reading(decisions: decisions, options: settled)
    table.reading?.leftOut = leftOut + answers.leftOut
    let result = try BagDataset(table, described.dataset.source)
    return targets.areRead ? try result.asking(for: options) : result
  }

  /// Returns the options that repeat the reading of labels.
  private func settledOptions(
    _ answers: BagAnswers, _ targets: BagJoin.BagTargets, _ instanceLabels: InstanceLabels?
  ) -> ReadOptions {
    var settled = options
    (settled.columns, settled.asked) = (answers.columns, nil)
    settled.columns.ignored = options.columns.ignored
    settled.columns.hasLabels = targets.areRead
    settled.eventValue = targets.eventValue ?? options.eventValue
    if targets.areRead {
      (settled.knownLabels, settled.restLabels) = (targets.names.isEmpty ? nil : targets.names, targets.rest)
    }
    if let instanceLabels {
      (settled.knownInstanceLabels, settled.restInstanceLabels) = (instanceLabels.names, instanceLabels.rest)
    }
    return settled
  }

  /// Returns the files that are bags or parts of bags: those with the required labels, and with instances.
  ///
  /// - Parameter options: the options for the files.
  private mutating func parts(
    _ answers: BagAnswers, _ index: FileIndex, _ options: ReadOptions
  ) throws -> [Part] {
    var files: [(file: Int, content: FeatureArrays.Content)] = []
    var empty: [String] = []
    for file in found.bags.indices {
      guard let answer = answers.answers[file], answer.label != nil || !answers.haveLabels || answers.fromInstances
      else { continue }
      let url = listing.url(of: found.bags[file].features)
      // A text without a line is a bag without an instance.
      let content = try DelimitedFile.isBlank(url) ? nil : FeatureArrays.content(url, options)
      if let content, !content.isEmpty { files.append((file, content)) } else { empty.append(index.title(of: file)) }
    }
    if options.givenHere.contains(.featureKey), !files.isEmpty, files.allSatisfy(\.content.isUnnamed) {
      throw ReadError(
        file: listing.url.path, found: "\(ReadOption.featureKey.spelling), and files of one array without a name",
        expected: "a call without")
    }
    decisions += try FileNotes.decisions(files.map { (title: index.title(of: $0.file), content: $0.content) })
    let contents = try FirstLines.settled(files.map(\.content), &decisions)
    // A file of a header alone is empty without it.
    let all = zip(files.map(\.file), contents).map { Part(file: $0, content: $1) }
    empty += all.filter(\.content.isEmpty).map { index.title(of: $0.file) }
    let parts = try self.parts(all.filter { !$0.content.isEmpty }, options)
    if !empty.isEmpty {
      leftOut +=
        empty
        + found.bags.indices.compactMap { file in
          empty.contains(index.title(of: file)) ? answers.answers[file]?.group : nil
        }
      decisions.append(ReadDecision(.leftOut, BagAnswers.counted(empty, "files hold no instance")))
    }
    return parts
  }

  /// Returns the parts with their common features, in one order.
  private mutating func parts(_ files: [Part], _ options: ReadOptions) throws -> [Part] {
    var parts: [Part] = []
    var keys: [String: Int] = [:]
    var vectors = 0
    var columns = try FileColumns(files.first?.content.features as? FileArray, options, path: listing.url.path)
    for (file, whole) in files.map({ ($0.file, $0.content) }) {
      let content = try columns.content(whole)
      if content.isVector { vectors += 1 }
      keys[content.key, default: 0] += 1
      if let first = parts.first, first.content.features.featureCount != content.features.featureCount {
        throw ReadError(
          file: listing.url(of: found.bags[file].features).path,
          found: "\(content.features.featureCount) features an instance",
          expected: "\(first.content.features.featureCount), as in \(found.bags[first.file].features); features of one "
            + "encoder in a folder")
      }
      parts.append(Part(file: file, content: content))
    }
    guard !parts.isEmpty else {
      throw ReadError(
        file: listing.url.path,
        found: "\(found.bags.count) files of features, of which none has a label and an instance",
        expected: "at least one")
    }
    featureNames = columns.names
    decisions += columns.all
    if vectors > 0 {
      decisions.append(ReadDecision(.bags, "\(vectors) files hold one list of numbers, which is one instance"))
    }
    if let key = keys.keys.min(), key != "array" || keys.count > 1 {
      let names = keys.keys.sorted().map { ReadError.quoted($0.utf8) }.joined(separator: ", ")
      decisions.append(
        ReadDecision(.columns, "features are the array \(names)", option: ReadOption.featureKey.spelling))
    }
    return parts
  }

  /// Returns the rows of each of some files, one after the other.
  private static func rows(of counts: [Int]) -> [Range<Int>] {
    var end = 0
    return counts.map { count in
      end += count
      return end - count..<end
    }
  }

  /// Places are dropped above this number of instances.
  private static let mostPlaces = 20_000_000

  /// Returns the place of each instance; nil if a file has none.
  private mutating func places(_ parts: [Part]) throws -> [InstancePlace]? {
    let count = parts.reduce(0) { $0 + $1.content.count }
    let arrays = try parts.map { part -> FileArray? in
      guard let path = found.bags[part.file].places else { return part.content.places }
      return try FeatureArrays.only(listing.url(of: path), options, called: ["coords", "arr_0"])
    }
    let absent = arrays.count { $0 == nil }
    guard absent < arrays.count else { return nil }
    guard absent == 0, count <= Self.mostPlaces else {
      let why = absent > 0 ? "\(absent) of \(arrays.count) files have none" : "there are \(count) instances"
      decisions.append(ReadDecision(.leftOut, "places of instances, since \(why)"))
      return nil
    }
    decisions.append(ReadDecision(.columns, "places of instances are those beside their features"))
    return try zip(parts, arrays).flatMap { part, array in
      try array.map { try FeatureArrays.places($0, count: part.content.count) } ?? []
    }
  }

  private func source(of parts: [Part], name: String) throws -> any InstanceSource {
    let joined = try JoinedInstances(parts.map(\.content.features), name: name)
    return joined
  }
}
