using System.IO.Compression;
using System.Text;
using Diffah.Engine.Deltas.Codecs.Content.Nested;
using Diffah.Tests.Compression.Gzip;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Nested;

/// <summary>Archives that tools in use make; Python's zipfile says what is in them.</summary>
public sealed class ZipToolTests : IDisposable
{
    // The rule in other words: what Python finds in the archive, cut out of it.
    private const string Cut = """
        import hashlib, struct, sys, zipfile
        data = open(sys.argv[1], 'rb').read()
        archive = zipfile.ZipFile(sys.argv[1])
        at, skeleton, parts = 0, b'', []
        for entry in sorted(archive.infolist(), key=lambda e: e.header_offset):
            if entry.compress_type in (0, 8) and entry.file_size and not entry.flag_bits & 1:
                name, extra = struct.unpack_from('<HH', data, entry.header_offset + 26)
                start = entry.header_offset + 30 + name + extra
                skeleton += data[at:start]
                at = start + entry.compress_size
                parts.append(archive.read(entry))
        for part in [skeleton + data[at:]] + parts:
            print(hashlib.sha256(part).hexdigest())
        """;

    private const string Make = """
        import os, sys, zipfile
        kind, folder, path = sys.argv[1:]
        if kind == 'zip64':
            zipfile.ZIP_FILECOUNT_LIMIT = 2
        class Pipe:
            def __init__(self, file): self.file = file
            def write(self, data): return self.file.write(data)
            def flush(self): self.file.flush()
        with open(path, 'wb') as file:
            if kind == 'prefix':
                file.write(b'#!/usr/bin/env python3\n')
            with zipfile.ZipFile(Pipe(file) if kind == 'pipe' else file, 'w', zipfile.ZIP_DEFLATED) as archive:
                archive.comment = b'a comment ' * 9 if kind == 'comment' else b''
                for index, name in enumerate(sorted(os.listdir(folder))):
                    method = zipfile.ZIP_STORED if kind == 'stored' and index % 2 else None
                    if kind == 'bzip2' and index % 2:
                        method = zipfile.ZIP_BZIP2
                    archive.write(os.path.join(folder, name), name, method, 9 if kind == 'level9' else None)
        """;

    private readonly TemporaryFolder _folder = new();

    public ZipToolTests()
    {
        Directory.CreateDirectory(_folder["in"]);
        for (var index = 0; index < 12; index++)
            File.WriteAllBytes(
                Path.Combine(_folder["in"], $"file-{index}.bin"), GzipContents.Random(index, index * index * 700));
        File.WriteAllBytes(Path.Combine(_folder["in"], "large.bin"), GzipContents.Random(99, 1_500_000));
        File.WriteAllText(Path.Combine(_folder["in"], "short.txt"), "short");
    }

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("usual", 13, 4)]
    [InlineData("comment", 13, 4)]
    [InlineData("prefix", 13, 4)]
    [InlineData("pipe", 13, 4)]
    [InlineData("zip64", 13, 4)]
    [InlineData("stored", 13, 4)]
    [InlineData("bzip2", 6, 4)]
    [InlineData("level9", 13, 40)]
    public async Task An_archive_of_Python_is_opened_and_comes_back(string kind, int members, int mostBytes)
    {
        await ExternalTool.RunAsync("python3", "-c", Make, kind, _folder["in"], _folder["a.zip"]);

        var opening = await CheckAsync();

        Assert.Equal(1 + members, opening.File.PartCount);
        Assert.InRange(NestedBench.Write(opening.Layout, opening.Layout.FirstLength).Length, 2, mostBytes);
    }

    [SkippableTheory]
    [InlineData("-9")]
    [InlineData("-6")]
    [InlineData("-1")]
    [InlineData("-0")]
    public async Task An_archive_of_Info_Zip_is_opened_and_comes_back(string level)
    {
        await ExternalTool.RunAsync("zip", "-q", "-r", level, _folder["a.zip"], _folder["in"]);

        var opening = await CheckAsync();

        Assert.Equal(14, opening.File.PartCount);
    }

    [SkippableFact]
    public async Task A_jar_is_opened_and_comes_back()
    {
        await ExternalTool.RunAsync("jar", "cf", _folder["a.zip"], "-C", _folder["in"], ".");

        var opening = await CheckAsync();

        // The manifest is one more.
        Assert.Equal(15, opening.File.PartCount);
        Assert.Equal([1, 0], NestedBench.Write(opening.Layout, opening.Layout.FirstLength));
    }

    [SkippableFact]
    public async Task An_archive_with_a_password_stays_closed_where_it_has_one()
    {
        await ExternalTool.RunAsync("zip", "-q", "-j", "-P", "secret", _folder["a.zip"], Path.Combine(
            _folder["in"], "large.bin"));
        var file = File.ReadAllBytes(_folder["a.zip"]);

        Assert.Null(NestedFile.Open(file));
        Assert.Null(NestedBench.Open(file));
    }

    [Fact]
    public void An_archive_of_an_encoder_that_nobody_emulates_is_opened_in_part()
    {
        using (var archive = ZipFileOf(_folder["a.zip"]))
        {
            Write(archive, "stored", GzipContents.Random(1, 5000), CompressionLevel.NoCompression);
            Write(archive, "deflated", GzipContents.Random(2, 400_000), CompressionLevel.Optimal);
            Write(archive, "short", "no more than this"u8.ToArray(), CompressionLevel.Optimal);
        }
        var file = File.ReadAllBytes(_folder["a.zip"]);

        var opening = NestedBench.RoundTrip(file);

        Assert.Equal(4, NestedFile.Open(file)!.PartCount);
        Assert.Equal(3, opening.File.PartCount);
        Assert.Equal("stored", Encoding.ASCII.GetString(opening.File.NameOf(file, 1)));
        Assert.Equal("short", Encoding.ASCII.GetString(opening.File.NameOf(file, 2)));
        Assert.InRange(opening.Layout.ClosedBytes, 1000, 400_000);
        Assert.Equal(NestedBench.Parts(opening.File, file)[0].Length, opening.Layout.FirstLength);
    }

    [SkippableFact]
    public async Task An_archive_in_an_archive_is_opened_too()
    {
        await ExternalTool.RunAsync("python3", "-c", Make, "usual", _folder["in"], _folder["inner.zip"]);
        Directory.CreateDirectory(_folder["outer"]);
        File.Move(_folder["inner.zip"], Path.Combine(_folder["outer"], "inner.zip"));
        await ExternalTool.RunAsync("python3", "-c", Make, "usual", _folder["outer"], _folder["a.zip"]);

        var opening = await CheckAsync();
        var inner = NestedBench.Parts(opening.File, File.ReadAllBytes(_folder["a.zip"]))[1];

        Assert.Equal(14, NestedBench.RoundTrip(inner).File.PartCount);
    }

    [SkippableFact]
    public async Task The_same_file_has_the_same_layout()
    {
        await ExternalTool.RunAsync("zip", "-q", "-r", "-9", _folder["a.zip"], _folder["in"]);
        var file = File.ReadAllBytes(_folder["a.zip"]);

        var layouts = Enumerable.Range(0, 2).Select(_ => NestedBench.Write(NestedBench.Open(file)!.Layout)).ToArray();
        Assert.Equal(layouts[0], layouts[1]);
    }

    private static ZipArchive ZipFileOf(string path) => new(File.Create(path), ZipArchiveMode.Create);

    private static void Write(ZipArchive archive, string name, byte[] content, CompressionLevel level)
    {
        using var stream = archive.CreateEntry(name, level).Open();
        stream.Write(content);
    }

    /// <summary>Both sides cut out what Python finds, and the archive comes back.</summary>
    private async Task<NestedOpening> CheckAsync()
    {
        var file = File.ReadAllBytes(_folder["a.zip"]);
        var expected = await ExternalTool.RunAsync("python3", "-c", Cut, _folder["a.zip"]);
        var old = NestedFile.Open(file);
        Assert.NotNull(old);
        var opening = NestedBench.RoundTrip(file);
        foreach (var opened in (NestedFile[])[old, opening.File])
        {
            Assert.Equal(
                expected.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                NestedBench.Parts(opened, file).Select(NestedBench.Sha256));
        }
        Assert.Equal(0, opening.Layout.ClosedBytes);
        return opening;
    }
}
