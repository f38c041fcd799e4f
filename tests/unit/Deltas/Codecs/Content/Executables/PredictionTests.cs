using Diffah.Engine.Deltas.Codecs.Content.Executables;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

/// <summary>What is predicted is what a compiler and a linker made of the second release.</summary>
public sealed class PredictionTests
{
    [Theory]
    [InlineData("shared", "square twice total")]
    [InlineData("fixed", "square twice total")]
    [InlineData("arm", "square twice")]
    public void Code_that_did_not_change_is_predicted_with_its_new_addresses(string kind, string functions)
    {
        var pair = new ExecutablePair(kind);
        var predicted = pair.Predict();
        foreach (var name in functions.Split(' '))
        {
            var (address, size, _) = pair.New.Symbols.First(s => s.Name == name);
            var (oldAddress, _, _) = pair.Old.Symbols.First(s => s.Name == name);
            var (place, old) = (pair.New.OffsetOf(address), pair.Old.OffsetOf(oldAddress));
            var expected = pair.New.Bytes.AsSpan(place, size);
            Assert.False(expected.SequenceEqual(pair.Old.Bytes.AsSpan(old, size)), $"{name} did not move");
            Assert.Equal(expected.ToArray(), predicted.AsSpan(place, size).ToArray());
        }
    }

    [Theory]
    [InlineData("shared", "shapes")]
    [InlineData("fixed", "shapes")]
    [InlineData("arm", "table")]
    public void Tables_of_addresses_are_predicted(string kind, string table)
    {
        var pair = new ExecutablePair(kind);
        var predicted = pair.Predict();
        var (address, size, _) = pair.New.Symbols.First(s => s.Name == table);
        var place = pair.New.OffsetOf(address);
        Assert.True(size >= 24);
        Assert.Equal(pair.New.Bytes.AsSpan(place, size).ToArray(), predicted.AsSpan(place, size).ToArray());
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("fixed")]
    [InlineData("arm")]
    public void The_search_table_is_made_as_the_linker_made_it(string kind)
    {
        var pair = new ExecutablePair(kind);
        var (offset, size) = pair.New.Section(".eh_frame_hdr");
        var table = pair.New.Bytes.AsSpan(offset + 12, size - 12).ToArray();
        Assert.Equal(new FileSpan(offset + 12, size - 12), pair.Layout.Derived!.NewTable);
        Assert.Equal(pair.New.Frames.Count * 8, table.Length);
        var file = pair.Target();
        Assert.All(file[(offset + 12)..(offset + size)], b => Assert.Equal(0, b));
        pair.Layout.Derive(file);
        Assert.Equal(pair.New.Bytes, file);
    }

    [Fact]
    public void A_search_table_that_is_not_the_linkers_is_not_derived()
    {
        var pair = new ExecutablePair("shared");
        var other = (byte[])pair.New.Bytes.Clone();
        other[pair.New.Section(".eh_frame_hdr").Offset + 14] ^= 1;
        Assert.Null(ExecutableLayout.Create(pair.Old.Bytes, other)!.Derived);
    }

    [Fact]
    public void Records_that_do_not_fill_the_table_are_refused()
    {
        var pair = new ExecutablePair("shared");
        var file = pair.Target();
        var (offset, size) = pair.New.Section(".eh_frame");
        file.AsSpan(offset, size).Clear();
        Assert.Throws<InvalidDataException>(() => pair.Layout.Derive(file));
    }
}
