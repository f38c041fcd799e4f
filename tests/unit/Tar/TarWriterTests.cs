using System.Formats.Tar;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive.Container;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Tar;

public sealed class TarWriterTests : IDisposable
{
    private const long GiB = 1L << 30;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("a", 0)]
    [InlineData("a", 1)]
    [InlineData("a", 512)]
    [InlineData("a", (8 * GiB) - 1)]
    [InlineData("a", 8 * GiB)]
    [InlineData("a", (20 * GiB) + 513)]
    [InlineData("LONG", 700)]
    [InlineData("LONG", 9 * GiB)]
    public async Task Any_name_and_size_is_read_by_others(string name, long size)
    {
        if (name == "LONG")
            name = EntryNames.Of(ArchivePart.Blob(Digest.FromHash("sha512", new byte[64])));
        await WriteAsync((name, size), ("last", 3));

        using (var tar = new TarReader(File.OpenRead(_folder["tar"])))
        {
            var first = await tar.GetNextEntryAsync();
            Assert.Equal((name, size, TarEntryType.RegularFile), (first!.Name, first.Length, first.EntryType));
            Assert.Equal(
                (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, 0, 0,
                    DateTimeOffset.UnixEpoch), (first.Mode, first.Uid, first.Gid, first.ModificationTime));
            Assert.Equal("last", (await tar.GetNextEntryAsync())!.Name);
            Assert.Null(await tar.GetNextEntryAsync());
        }
        var listed = await ExternalTool.TryRunAsync("tar", "--utc", "-tvf", _folder["tar"]);
        Assert.Equal((0, ""), (listed.ExitCode, listed.Error));
        Assert.Matches($@"^-rw-r--r-- 0/0 +{size} 1970-01-01 00:00 {name}\n-rw-r--r-- 0/0 +3 1970-01-01 00:00 last\n$",
            listed.Output);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public async Task A_pax_header_is_written_only_where_the_name_needs_one(int length, bool pax)
    {
        await WriteAsync((new string('n', length), 5));
        var bytes = await File.ReadAllBytesAsync(_folder["tar"]);
        Assert.Equal(pax ? 'x' : '0', (char)bytes[156]);
        Assert.Equal((pax ? 6 : 4) * 512, bytes.Length);
    }

    [Fact]
    public async Task What_is_announced_must_be_written()
    {
        using var output = new MemoryStream();
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            new Engine.Tar.TarWriter(output).WriteAsync("a", 3, (_, _) => Task.FromResult(2L), CancellationToken.None));
    }

    [Fact]
    public async Task Every_size_is_padded_to_whole_blocks()
    {
        foreach (var size in (int[])[0, 1, 511, 512, 513, 1024])
        {
            using var output = new MemoryStream();
            var tar = new Engine.Tar.TarWriter(output);
            await tar.WriteAsync("a", size, async (o, ct) =>
            {
                await o.WriteAsync(new byte[size], ct);
                return size;
            }, CancellationToken.None);
            await tar.FinishAsync(CancellationToken.None);
            Assert.Equal(512 + ((size + 511) / 512 * 512) + 1024, output.Length);
            Assert.Empty(Problems(output.ToArray()));
        }
    }

    private static List<string> Problems(byte[] tar)
    {
        var problems = new List<string>();
        Assert.Single(StrictTar.Read(tar, problems));
        return problems;
    }

    /// <summary>Contents are holes in the file, so that any size is written at once.</summary>
    private async Task WriteAsync(params (string Name, long Size)[] entries)
    {
        using var output = File.Create(_folder["tar"]);
        var tar = new Engine.Tar.TarWriter(output);
        foreach (var (name, size) in entries)
            await tar.WriteAsync(name, size,
                (o, _) => Task.FromResult(o.Seek(size, SeekOrigin.Current) >= 0 ? size : -1), CancellationToken.None);
        await tar.FinishAsync(CancellationToken.None);
    }
}
