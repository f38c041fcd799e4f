using Diffah.Engine.Diagnostics;
using Diffah.Engine.Tar;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Tar;

public sealed class TarIndexTests
{
    [Fact]
    public void The_names_of_all_entries_together_are_bounded()
    {
        var error = Assert.Throws<DiffahException>(() => TarIndex.Read(Named('L', 66), "it", default));
        Assert.Equal(DiffahErrors.InvalidImage, error.Error);
        Assert.Contains("names", error.Message, StringComparison.Ordinal);
    }

    internal static RepeatedStream Named(char type, int entries, int nameLength = (1 << 20) - 1)
    {
        var header = RawTar.Header(
            new RawEntry("././@LongLink", []) { Type = type, SizeField = RawEntry.Octal(1 << 20) });
        var name = new byte[1 << 20];
        name.AsSpan(0, nameLength).Fill((byte)'n');
        var entry = new RawEntry("f", []) { Type = type == 'K' ? '2' : '0' };
        return new RepeatedStream([.. header, .. name, .. RawTar.Header(entry)], entries);
    }
}
