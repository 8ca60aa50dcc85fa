import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Ways out of cells and objects in other arrangements")
struct CellCommandTests {
  private func failure(_ name: String) throws -> String {
    let error = #expect(throws: ReadError.self) { try BagReader.read(Fixture.url("cells/" + name)) }
    return try #require(error).description
  }

  @Test(
    "Each arrangement of bags in a MAT-file gets its own commands",
    arguments: [
      (
        "cells4",
        "labels = cell2mat(data(:, 3)); names = data(:, 1); bags = data(:, 2); save('bags.mat', '-v7', 'bags', "
      ),
      ("label-first", "labels = cell2mat(data(:, 1)); bags = data(:, 2); save('bags.mat', '-v7', 'bags', 'labels')"),
      ("rows", "labels = cell2mat(data(2, :)'); bags = data(1, :)'; save("),
      ("text-labels", "labels = data(:, 1); bags = data(:, 2); save("),
      ("instance-labels", "bags = data(:, 1); instancelabels = vertcat(data{:, 2}); save("),
      ("nested", "labels = cellfun(@(c) c{2}, bags); bags = cellfun(@(c) c{1}, bags, 'UniformOutput', false); save("),
      ("instances", "labels: bags = cellfun(@(c) vertcat(c{:}), bags, 'UniformOutput', false); save("),
      ("grid", "bags = arrayfun(@(i) vertcat(bags{i, :}), (1:size(bags, 1))', 'UniformOutput', false); save("),
      ("matrix-of-bags", "labels: bags = bags(:); save('bags.mat', '-v7', 'bags', 'labels')"),
      ("structs-in-cells", "bags = cellfun(@(s) s.feats, bags, 'UniformOutput', false); save("),
      ("struct-array", "labels = [b.cls]; bags = {b.pts}; save('bags.mat', '-v7', 'bags', 'labels')"),
      ("numbered", "bags = {bag1; ...; bag4}; save('bags.mat', '-v7', 'bags', 'labels')"),
      ("one-hot", "[~, labels] = max(labels, [], 2)"),
      ("level4", "a MATLAB 4 file, expected one saved with -v7: load(FILE); save('bags.mat', '-v7')"),
    ])
  func commands(name: String, part: String) throws {
    let said = try failure(name + ".mat")
    #expect(said.contains(part), "\(said)")
    #expect(!said.contains("arrayfun(@(s)") && !said.contains("prtools-mat"), "\(said)")
  }

  @Test(
    "An archive of objects gets the way to save plain arrays, whatever their name",
    arguments: ["objects", "object-list"])
  func objects(name: String) throws {
    let said = try failure(name + ".npz")
    #expect(said.contains("pickled objects"), "\(said)")
    #expect(said.contains("X=numpy.concatenate(list(x)), sizes=[len(m) for m in x], y=labels"), "\(said)")
  }
}
