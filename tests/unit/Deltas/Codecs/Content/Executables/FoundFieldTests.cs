using System.Buffers.Binary;
using Diffah.Engine.Deltas.Codecs.Content.Executables;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

/// <summary>The fields that are found in executables are those that binutils shows.</summary>
public sealed class FoundFieldTests
{
    private static readonly string[] _files = ["shared-1", "shared-2", "fixed-1", "fixed-2", "arm-1", "arm-2"];

    public static TheoryData<string> Files => [.. _files];

    public static TheoryData<string> X64Files => [.. _files.Where(f => !f.StartsWith("arm", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Sections_lie_at_the_addresses_that_readelf_shows(string name)
    {
        var file = new ExecutableObject(name);
        var segments = ElfFile.TryRead(file.Bytes)!.Segments;
        foreach (var section in file.Sections)
        {
            Assert.NotEqual(-1, segments.IndexOfAddress(section.Address));
            if (section.Name == ".bss")
                continue;
            Assert.Equal(section.Address, segments.AddressOfAll(section.Offset, section.Size));
            Assert.Equal(section.Offset, segments.OffsetOf(section.Address));
        }
    }

    [Theory]
    [MemberData(nameof(X64Files))]
    public void Each_displacement_that_objdump_shows_is_found(string name)
    {
        var file = new ExecutableObject(name);
        var fields = Fields(file);
        var expected = 0;
        foreach (var (address, length, text) in file.Code)
        {
            if (TargetOf(text) is not { } target || length < 5)
                continue;
            var code = fields.Ranges.ToArray().First(r => r.Range.IsX64Code);
            var place = Enumerable.Range(1, length - 4).Select(at => file.OffsetOf(address) + at)
                .FirstOrDefault(at => code.Marks!.Has((uint)(at - code.Range.Start)));
            Assert.True(place > 0, $"{address:x}: {text}");
            var left = file.OffsetOf(address) + length - place - 4;
            var value = BinaryPrimitives.ReadInt32LittleEndian(file.Bytes.AsSpan(place));
            Assert.Equal(target, address + length + value);
            Assert.InRange(left, 0, 4);
            expected++;
        }
        Assert.True(expected > 10);
    }

    /// <summary>Numbers that objdump shows as such, of eight bytes with a sign or of four without.</summary>
    [Theory]
    [InlineData("fixed-1")]
    [InlineData("fixed-2")]
    public void Addresses_in_code_of_a_file_with_a_fixed_place_are_found(string name)
    {
        var file = new ExecutableObject(name);
        var code = Fields(file).Ranges.ToArray().First(r => r.Range.IsX64Code);
        var expected = 0;
        foreach (var (address, length, text) in file.Code)
        {
            var number = text.IndexOf("$0x", StringComparison.Ordinal);
            var hex = number < 0 ? "" : new string([.. text[(number + 3)..].TakeWhile(char.IsAsciiHexDigit)]);
            if (hex.Length == 0 || ExecutableObject.Hex(hex) is < 0x400000 or > 0x401000)
                continue;
            expected++;
            Assert.True(code.Addresses!.Has((uint)(file.OffsetOf(address) + length - 4 - code.Range.Start)), text);
        }
        Assert.True(expected > 0);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_records_of_functions_are_those_that_readelf_shows(string name)
    {
        var file = new ExecutableObject(name);
        var range = Fields(file).Ranges.ToArray().First(r => r.Range.Kind == RangeKind.UnwindRecords);
        var found = new List<(long, long)>();
        for (var index = 0; index < range.List!.Positions.Length; index++)
        {
            if (range.List.Classes[index] != FieldClass.FunctionBegin)
                continue;
            var place = range.List.Positions[index];
            var begin = range.Address + place - range.Range.Start
                + BinaryPrimitives.ReadInt32LittleEndian(file.Bytes.AsSpan(place));
            Assert.Equal(FieldClass.FunctionLength, range.List.Classes[index + 1]);
            Assert.Equal(place + 4, range.List.Positions[index + 1]);
            found.Add((begin, begin + BinaryPrimitives.ReadInt32LittleEndian(file.Bytes.AsSpan(place + 4))));
        }
        Assert.Equal(file.Frames, found);
    }

    [Theory]
    [InlineData("arm-1")]
    [InlineData("arm-2")]
    public void Instructions_of_arm64_have_the_targets_that_objdump_shows(string name)
    {
        var file = new ExecutableObject(name);
        var (start, size) = file.Section(".text");
        var code = file.Bytes.AsSpan(start, size);
        var kinds = new HashSet<string>();
        foreach (var (address, _, text) in file.Code)
        {
            var at = file.OffsetOf(address) - start;
            var instruction = Arm64Fields.Read(code, at);
            var words = text.Split([' ', ',', '[', ']', '#'], StringSplitOptions.RemoveEmptyEntries);
            var isBranch = words[0] is "b" or "bl";
            Assert.Equal(isBranch, Arm64Fields.IsBranch(instruction));
            Assert.Equal(words[0] == "adrp", Arm64Fields.IsPage(instruction));
            if (isBranch)
                Assert.Equal(ExecutableObject.Hex(words[1]), Arm64Fields.BranchTarget(instruction, address));
            if (words[0] == "adrp")
                Assert.Equal(ExecutableObject.Hex(words[2]), Arm64Fields.PageTarget(instruction, address));
            kinds.Add(words[0]);
        }
        Assert.Superset(new HashSet<string> { "b", "bl", "adrp" }, kinds);
    }

    /// <summary>In arm.s the pages are for these, in this order.</summary>
    [Fact]
    public void Pages_of_arm64_are_taken_with_their_offsets()
    {
        var file = new ExecutableObject("arm-1");
        var (start, size) = file.Section(".text");
        var code = file.Bytes.AsSpan(start, size);
        var targets = new List<string>();
        foreach (var (address, _, _) in file.Code)
        {
            var at = file.OffsetOf(address) - start;
            var instruction = Arm64Fields.Read(code, at);
            var target = Arm64Fields.IsPage(instruction)
                ? Arm64Fields.TargetOfPage(code, at, address, instruction)
                : Arm64Fields.OffsetShift(instruction) is >= 0 and var shift
                    && Arm64Fields.PageBefore(code, at, address, instruction) is not Arm64Fields.None and var page
                    ? Arm64Fields.PairTarget(page, instruction, shift) : 0;
            if (target != 0)
                targets.Add(file.Symbols.Single(s => s.Address == target).Name);
        }
        // The load of counters+8 and that of the table's second word count from no page.
        Assert.Equal(
            ["counters", "counters", "table", "table", "hidden", "hidden", "small", "small", "small"], targets);
    }

    private static OldFields Fields(ExecutableObject file)
    {
        var elf = ElfFile.TryRead(file.Bytes)!;
        return new(file.Bytes, ElfRanges.Of(elf, file.Bytes), elf.Segments);
    }

    /// <summary>An address behind '#', or that of a jump or call.</summary>
    internal static long? TargetOf(string text)
    {
        var comment = text.IndexOf("# ", StringComparison.Ordinal);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (comment >= 0)
            return ExecutableObject.Hex(text[(comment + 2)..].Split(' ')[0]);
        var isJump = words[0] == "call" || words[0][0] == 'j';
        return isJump && !words[1].StartsWith('*') ? ExecutableObject.Hex(words[1]) : null;
    }
}
