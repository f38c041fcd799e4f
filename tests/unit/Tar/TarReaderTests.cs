using System.Formats.Tar;
using System.Text;
using Diffah.Engine.Tar;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Entry = Diffah.Engine.Tar.TarEntry;
using Reader = Diffah.Engine.Tar.TarReader;

namespace Diffah.Tests.Tar;

/// <summary>The base library's reader and GNU tar are the second opinions.</summary>
public sealed class TarReaderTests : IDisposable
{
    private static readonly byte[] Last = Bytes.Text(9, 700);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<TarEntryFormat> Formats =>
        new(TarEntryFormat.V7, TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu);

    [Theory]
    [MemberData(nameof(Formats))]
    public void Entries_are_where_and_what_the_base_library_says(TarEntryFormat format)
    {
        var tar = Sample(format);
        var expected = new List<(string, string, long, long, string)>();
        using (var reader = new System.Formats.Tar.TarReader(new MemoryStream(tar)))
        {
            while (reader.GetNextEntry() is { } entry)
                expected.Add((entry.Name, entry.LinkName, entry.Length, entry.DataOffset, KindOf(entry.EntryType)));
        }
        Assert.Equal(
            expected, Read(tar).Select(e => (e.Name, e.LinkName, e.StoredSize, e.ContentOffset, e.Kind.ToString())));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_stream_that_can_not_seek_gives_the_same(TarEntryFormat format)
    {
        var tar = Sample(format);
        Assert.Equal(Read(tar).Select(Told), ReadFrom(new TrickleStream(tar)).Select(Told));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Raw_headers_and_contents_are_the_tar(TarEntryFormat format)
    {
        var tar = Sample(format);
        using var again = new MemoryStream();
        foreach (var entry in Read(tar))
        {
            Assert.Equal(entry.HeaderOffset, again.Length);
            again.Write(entry.RawHeader.Span);
            again.Write(tar, (int)entry.ContentOffset, (int)((entry.StoredSize + 511) / 512 * 512));
        }
        Assert.Equal(tar[..(int)again.Length], again.ToArray());
        Assert.DoesNotContain(tar[(int)again.Length..], b => b != 0);
    }

    public static TheoryData<string, byte[]> OddEntries => new()
    {
        { "a capability with a line feed", Pax(
            "SCHILY.xattr.security.capability", [1, 0, 0, 2, 0x0A, 0x20, 0, 0], "bin/x") },
        { "an attribute of all bytes", Pax(
            "SCHILY.xattr.security.ima", [.. Enumerable.Range(0, 256).Select(i => (byte)i)], "bin/x") },
        { "a key twice", Raw(RawEntry.Pax(("mtime", "1"), ("mtime", "2")), new("m", [])) },
        { "two pax headers", Raw(RawEntry.Pax(("path", "one")), RawEntry.Pax(("path", "two")), new("x", [1, 2, 3])) },
        { "a time before all", Raw(RawEntry.Pax(("mtime", "-9223372036854775807.5")), new("m", [])) },
        { "a global header", Raw(RawEntry.Pax(("path", "other")) with { Type = 'g' }, new("m", [1])) },
        { "two long names", Raw(new("L", "one\0"u8.ToArray()) { Type = 'L' },
            new("L", "two\0"u8.ToArray()) { Type = 'L' }, new("x", [1])) },
        { "a type nobody knows", Raw(new RawEntry("q", [1, 2, 3]) { Type = 'Q' }) },
        { "a contiguous file", Raw(new RawEntry("c", [1, 2, 3]) { Type = '7' }) },
        { "a hard link with its file's size",
            Raw(new RawEntry("h", []) { Type = '1', Link = "z", SizeField = RawEntry.Octal(1234567) }) },
        { "a device", Raw(new RawEntry("null", []) { Type = '3' }) },
        { "names that lead out", Raw(
            new RawEntry("/abs", []), new RawEntry("../../up", []), new RawEntry("a\\b", [])) },
        { "a name twice", Raw(new RawEntry("same", [1]), new RawEntry("same", [2])) },
        { "fields that are no numbers", Raw(new RawEntry("odd", [5]) { Mode = -1, Owner = -1 }) },
    };

    [Theory]
    [MemberData(nameof(OddEntries))]
    public void An_odd_entry_does_not_hide_the_next(string what, byte[] odd)
    {
        foreach (var tail in (byte[][])[new byte[1024], new byte[512], [],
            [.. new byte[1024], .. Bytes.Random(3, 700)]])
        {
            byte[] tar = [.. odd, .. Raw(new RawEntry("last", Last)), .. tail];
            Assert.Equal(("last", Last.Length, what), (Read(tar)[^1].Name, Read(tar)[^1].StoredSize, what));
            Assert.Equal("last", ReadFrom(new TrickleStream(tar))[^1].Name);
        }
    }

    [Fact]
    public void Padding_that_is_missing_at_the_end_is_not_missed()
    {
        var tar = Raw(new RawEntry("last", Last))[..(512 + Last.Length)];
        Assert.Equal(Last.Length, Read(tar)[^1].StoredSize);
        Assert.Single(ReadFrom(new TrickleStream(tar)));
    }

    [Theory]
    [InlineData("one", "two", "two")]
    [InlineData("two", "one", "one")]
    public void The_last_of_several_long_names_counts(string first, string second, string expected)
    {
        var tar = Raw(new("L", Encoding.ASCII.GetBytes(first + "\0")) { Type = 'L' },
            new("L", Encoding.ASCII.GetBytes(second + "\0")) { Type = 'L' }, new("x", []));
        Assert.Equal(expected, Assert.Single(Read(tar)).Name);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(3000L)]
    [InlineData((1L << 33) + 5)]
    public void A_base_256_size_is_a_size(long size)
    {
        using var file = File.Create(_folder["tar"]);
        file.Write(RawTar.Header(new RawEntry("big", []) { SizeField = RawEntry.Base256(size) }));
        file.SetLength(512 + ((size + 511) / 512 * 512));
        file.Position = 0;
        Assert.Equal(size, Assert.Single(ReadFrom(file)).StoredSize);
    }

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { "a size below zero", RawTar.Header(new RawEntry("n", []) { SizeField = RawEntry.Base256(-1) }) },
        { "a size in letters", RawTar.Header(new RawEntry("n", []) { SizeField = "ZZZZZZZZZZZ\0"u8.ToArray() }) },
        { "a wrong checksum", RawTar.Header(new RawEntry("n", []) { ChecksumError = 1 }) },
        { "text", Bytes.Text(1, 2048) },
        { "a huge extended header",
            RawTar.Header(new RawEntry("n", []) { Type = 'x', SizeField = RawEntry.Octal(2L << 30) }) },
        { "a record longer than its header", Raw(
            new RawEntry("p", "99 path=x\n"u8.ToArray()) { Type = 'x' }, new RawEntry("n", [])) },
        { "a record without an equals sign", Raw(
            new RawEntry("p", "8 abcde\n"u8.ToArray()) { Type = 'x' }, new RawEntry("n", [])) },
        { "a pax size in letters", Raw(RawEntry.Pax(("size", "12x")), new RawEntry("n", [])) },
        { "content that is not there", RawTar.Header(new RawEntry("n", []) { SizeField = RawEntry.Octal(10) }) },
        { "an extended header and no entry", Raw(RawEntry.Pax(("path", "x"))) },
        { "half a header", Raw(new RawEntry("n", []))[..300] },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void What_leaves_open_where_the_next_entry_is_is_refused(string what, byte[] tar)
    {
        Assert.NotNull(what);
        Assert.Throws<InvalidDataException>(() => Read(tar));
        Assert.Throws<InvalidDataException>(() => ReadFrom(new TrickleStream(tar)));
    }

    [SkippableTheory]
    [InlineData("--format=oldgnu")]
    [InlineData("--format=gnu")]
    [InlineData("--format=posix", "--sparse-version=0.0")]
    [InlineData("--format=posix", "--sparse-version=0.1")]
    [InlineData("--format=posix", "--sparse-version=1.0")]
    public async Task A_sparse_file_of_GNU_tar_is_read_as_it_was(params string[] options)
    {
        var content = SparseContent();
        WriteSparse(_folder["file"], content);
        await ExternalTool.RunAsync(
            "tar", [.. options, "--sparse", "--hole-detection=raw", "-C", _folder.Path, "-cf", _folder["tar"], "file"]);
        using var tar = File.OpenRead(_folder["tar"]);
        Assert.True(tar.Length < content.Length / 2);
        var member = TarIndex.Read(tar, "tar", (_, _) => false, CancellationToken.None).Find("file")!;
        Assert.Equal(content.Length, member.Length);
        using var expanded = new MemoryStream();
        await new SparseStream(
            new FileSliceStream(tar, member.Offset, member.StoredLength), member.Sparse!).CopyToAsync(expanded);
        Assert.Equal(content, expanded.ToArray());
    }

    [Fact]
    public void A_sparse_map_that_can_not_be_right_is_refused_only_where_it_is_used()
    {
        var bad = RawEntry.Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "s"),
            ("GNU.sparse.realsize", "5"));
        var tar = Raw(
            bad, new RawEntry("x", [.. "1\n3\n100\n"u8, .. new byte[504], 1, 2, 3]), new RawEntry("last", Last));
        var entries = Read(tar);
        Assert.Equal(["s", "last"], entries.Select(e => e.Name));
        Assert.Throws<InvalidDataException>(() => entries[0].Sparse);
    }

    [Fact]
    public void Names_that_are_no_UTF_8_stay_apart()
    {
        var tar = new List<byte>();
        foreach (var value in (byte[])[0xFE, 0xFF])
        {
            var header = RawTar.Header(new RawEntry("?", []));
            header[0] = value;
            "        "u8.CopyTo(header.AsSpan(148));
            Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ")
                .CopyTo(header, 148);
            tar.AddRange(header);
        }
        Assert.Equal(2, Read([.. tar]).Select(e => e.Name).Distinct().Count());
    }

    [Fact]
    public void Random_damage_ends_in_one_kind_of_error()
    {
        var random = new Random(7);
        var good = Sample(TarEntryFormat.Pax);
        var read = 0;
        for (var round = 0; round < 3000; round++)
        {
            var bytes = good[..(round % 5 == 0 ? random.Next(good.Length) : good.Length)];
            for (var i = random.Next(1, 5); i > 0 && bytes.Length > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                read += Read(bytes).Count > 0 ? 1 : 0;
            }
            catch (InvalidDataException)
            {
            }
        }
        Assert.InRange(read, 1, 2999);
    }

    private static (string, string, long, long, TarEntryKind) Told(Entry e) =>
        (e.Name, e.LinkName, e.StoredSize, e.ContentOffset, e.Kind);

    private static List<Entry> Read(byte[] tar) => ReadFrom(new MemoryStream(tar));

    private static List<Entry> ReadFrom(Stream tar)
    {
        var entries = new List<Entry>();
        var reader = new Reader(tar);
        while (reader.Next(CancellationToken.None) is { } entry)
            entries.Add(entry);
        return entries;
    }

    private static string KindOf(TarEntryType type) => type switch
    {
        TarEntryType.RegularFile or TarEntryType.V7RegularFile => "File",
        TarEntryType.HardLink => "HardLink",
        TarEntryType.SymbolicLink => "SymbolicLink",
        TarEntryType.Directory => "Directory",
        _ => "Special",
    };

    private static byte[] Raw(params RawEntry[] entries) => RawTar.Write(entries, endBlocks: 0);

    private static byte[] Pax(string key, byte[] value, string name)
    {
        var length = key.Length + value.Length + 3;
        length += (length + length.ToString().Length).ToString().Length;
        byte[] record = [.. Encoding.ASCII.GetBytes($"{length} {key}="), .. value, (byte)'\n'];
        return Raw(new RawEntry("PaxHeaders/x", record) { Type = 'x' }, new RawEntry(name, "ELF"u8.ToArray()));
    }

    private static byte[] Sample(TarEntryFormat format)
    {
        using var bytes = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(bytes, format, leaveOpen: true))
        {
            tar.WriteEntry(Make(format, TarEntryType.Directory, "folder/"));
            tar.WriteEntry(
                Make(format, format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile,
                    "folder/file", Last));
            tar.WriteEntry(Make(format, TarEntryType.HardLink, "hard", link: "folder/file"));
            tar.WriteEntry(Make(format, TarEntryType.SymbolicLink, "soft", link: "../n\u00e4rgends"));
            if (format != TarEntryFormat.V7)
            {
                tar.WriteEntry(Make(format, TarEntryType.RegularFile,
                    string.Concat(Enumerable.Repeat("folder-of-twenty-one/", 6)) + "n", Last));
                tar.WriteEntry(Make(format, TarEntryType.CharacterDevice, "null"));
                tar.WriteEntry(Make(format, TarEntryType.Fifo, "fifo"));
            }
            if (format is TarEntryFormat.Pax or TarEntryFormat.Gnu)
            {
                tar.WriteEntry(Make(format, TarEntryType.RegularFile, new string('n', 300) + "\u00fc", [1]));
                tar.WriteEntry(Make(format, TarEntryType.SymbolicLink, "far", link: new string('l', 400)));
            }
        }
        return bytes.ToArray();
    }

    private static System.Formats.Tar.TarEntry Make(
        TarEntryFormat format, TarEntryType type, string name, byte[]? content = null, string? link = null)
    {
        System.Formats.Tar.TarEntry entry = format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(type, name),
            TarEntryFormat.Pax => new PaxTarEntry(type, name),
            TarEntryFormat.Gnu => new GnuTarEntry(type, name),
            _ => new UstarTarEntry(type, name),
        };
        if (content is not null)
            entry.DataStream = new MemoryStream(content);
        if (link is not null)
            entry.LinkName = link;
        return entry;
    }

    // Many runs, so that an old GNU map needs blocks of its own, a hole at the end, and runs of odd lengths.
    private static byte[] SparseContent()
    {
        var content = new byte[1_000_000];
        for (var i = 1; i < 40; i++)
            Bytes.Random(i, 4096 - (i % 2)).CopyTo(content, i * 20480);
        return content;
    }

    private static void WriteSparse(string path, byte[] content)
    {
        using var file = File.Create(path);
        file.SetLength(content.Length);
        for (var at = 0; at < content.Length; at += 4096)
        {
            var block = content.AsSpan(at, Math.Min(4096, content.Length - at));
            if (!block.ContainsAnyExcept((byte)0))
                continue;
            file.Position = at;
            file.Write(block);
        }
    }

    private sealed class FileSliceStream(FileStream file, long offset, long length)
        : MemoryStream(Slice(file, offset, length))
    {
        private static byte[] Slice(FileStream file, long offset, long length)
        {
            var bytes = new byte[length];
            RandomAccess.Read(file.SafeFileHandle, bytes, offset);
            return bytes;
        }
    }
}
