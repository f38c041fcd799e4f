using System.Formats.Tar;
using System.Text;
using Diffah.Engine.Tar;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using TarEntry = System.Formats.Tar.TarEntry;
using TarReader = Diffah.Engine.Tar.TarReader;

namespace Diffah.Tests.Tar;

/// <summary>What headers say of files; the right values are those of the writers.</summary>
public sealed class TarMetadataTests
{
    private static readonly DateTimeOffset Time = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);

    private static TarMetadata Read(byte[] tar) =>
        TarMetadataReader.Read(new TarReader(new MemoryStream(tar)).Next(default)!);

    private static byte[] Write(TarEntry entry) => new TarBuilder().Entry(entry).ToArray();

    public static TheoryData<string, TarEntry> Entries => new()
    {
        { "v7", new V7TarEntry(TarEntryType.V7RegularFile, "a") },
        { "ustar", new UstarTarEntry(TarEntryType.RegularFile, "a") },
        { "pax", new PaxTarEntry(TarEntryType.RegularFile, "a") },
        { "gnu", new GnuTarEntry(TarEntryType.RegularFile, "a") },
    };

    [Theory]
    [MemberData(nameof(Entries))]
    public void What_the_base_library_writes(string format, TarEntry entry)
    {
        (entry.Uid, entry.Gid, entry.ModificationTime) = (1234, 2_000_000, Time);
        entry.Mode = (UnixFileMode)0b110_111_101_001;
        if (entry is PosixTarEntry posix)
            (posix.UserName, posix.GroupName) = ("ada", "staff");
        var metadata = Read(Write(entry));
        Assert.Equal((format, 1234, 2_000_000, 0b110_111_101_001),
            (metadata.Format, metadata.UserId, metadata.GroupId, metadata.Mode));
        Assert.Equal(Time.ToUnixTimeSeconds(), metadata.ModifiedTime.Seconds);
        Assert.Equal(format == "v7" ? ("", "") : ("ada", "staff"), (metadata.UserName, metadata.GroupName));
    }

    [Fact]
    public void Numbers_that_octal_digits_cannot_hold()
    {
        // GNU's base-256 form.
        var entry = new GnuTarEntry(TarEntryType.RegularFile, "a") { Uid = 1_000_000_000, ModificationTime = Time };
        Assert.Equal(1_000_000_000, Read(Write(entry)).UserId);
        var tar = RawTar.Write([RawEntry.Pax(("uid", "5000000000"), ("gid", "-1"), ("uname", "größe")), new("a", [])]);
        var metadata = Read(tar);
        Assert.Equal((5_000_000_000, -1, "größe"), (metadata.UserId, metadata.GroupId, metadata.UserName));
    }

    [Fact]
    public void Devices()
    {
        var metadata = Read(Write(new UstarTarEntry(TarEntryType.BlockDevice, "a") { DeviceMajor = 8, DeviceMinor = 17 }));
        Assert.Equal(((byte)'4', 8, 17), (metadata.Type, metadata.DeviceMajor, metadata.DeviceMinor));
    }

    [Fact]
    public void Other_times_of_pax_and_gnu()
    {
        var pax = Read(RawTar.Write([RawEntry.Pax(("atime", "12.5"), ("ctime", "-1.25")), new("a", [])]));
        Assert.Equal((new TarTime(12, 500_000_000), new TarTime(-2, 750_000_000)), (pax.AccessTime, pax.ChangeTime));
        var gnu = Read(Write(new GnuTarEntry(TarEntryType.RegularFile, "a") { AccessTime = Time, ChangeTime = Time }));
        Assert.Equal(Time.ToUnixTimeSeconds(), gnu.AccessTime!.Value.Seconds);
        Assert.Null(Read(Write(new UstarTarEntry(TarEntryType.RegularFile, "a"))).AccessTime);
    }

    [Fact]
    public void Other_times_of_star()
    {
        // star ends the prefix 24 bytes early, and has two times there (star's own manual, star.4).
        var header = RawTar.Header(new("a", []));
        Encoding.ASCII.GetBytes("00000000012 00000000013 ").CopyTo(header, 476);
        "tar\0"u8.CopyTo(header.AsSpan(508));
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        var metadata = Read([.. header, .. new byte[1024]]);
        Assert.Equal(("star", 10, 11),
            (metadata.Format, metadata.AccessTime!.Value.Seconds, metadata.ChangeTime!.Value.Seconds));
    }

    [Fact]
    public void Attributes_of_star_and_libarchive()
    {
        // libarchive writes names as URLs do, and values in Base64 without its padding.
        var metadata = Read(RawTar.Write([
            RawEntry.Pax(("SCHILY.xattr.user.a", "x=1"), ("LIBARCHIVE.xattr.user.%C3%A9", "AAE"),
                ("SCHILY.acl.access", "user::rw-"), ("comment", "none")), new("a", [])]));
        Assert.Equal(
            ["SCHILY.acl.access=\"user::rw-\"", "user.a=\"x=1\"", "user.é=0x0001"],
            metadata.Attributes.Select(a => $"{a.Key}={a.Value.Text}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_large_attribute_is_kept_by_its_digest()
    {
        var metadata = Read(RawTar.Write([
            RawEntry.Pax(("SCHILY.xattr.user.a", new string('x', 500_000))), new("a", [])]));
        Assert.Equal((500_000, 71), (metadata.Attributes["user.a"].Length, metadata.Attributes["user.a"].Text.Length));
    }

    [Fact]
    public void An_empty_value_says_nothing()
    {
        var metadata = Read(RawTar.Write([RawEntry.Pax(("uid", ""), ("mtime", "soon")), new("a", []) { Owner = 7 }]));
        Assert.Equal((7, 0), (metadata.UserId, metadata.ModifiedTime.Seconds));
    }

    [Theory]
    [InlineData("0", "1970-01-01T00:00:00Z")]
    [InlineData("1350244992.023960108", "2012-10-14T20:03:12.023960108Z")]
    [InlineData("1350244992.0239601089999", "2012-10-14T20:03:12.023960108Z")]
    [InlineData("-1.5", "1969-12-31T23:59:58.5Z")]
    [InlineData("-0.5", "1969-12-31T23:59:59.5Z")]
    [InlineData("999999999999", "999999999999")]
    public void Times(string written, string shown)
    {
        Assert.True(TarTime.TryParse(written, out var time));
        Assert.Equal(shown, time.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1e5")]
    [InlineData("99999999999999999999")]
    public void What_is_no_time(string written) => Assert.False(TarTime.TryParse(written, out _));
}
