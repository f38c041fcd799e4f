using Diffah.Engine.Deltas.Codecs.Content.Executables;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

/// <summary>Instructions of x86-64 are as long as objdump shows.</summary>
public sealed class X64InstructionTests
{
    public static TheoryData<string> Files => ["shared-1", "shared-2", "fixed-1", "fixed-2"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Compiled_code_is_read_instruction_by_instruction(string name)
    {
        var file = new ExecutableObject(name);
        foreach (var (address, length, text) in file.Code)
            Assert.True(length == X64Instruction.Read(file.Bytes.AsSpan(file.OffsetOf(address))).Length, text);
    }

    /// <summary>A displacement is only where objdump shows what an instruction refers to.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_else_is_taken_for_a_displacement(string name)
    {
        var file = new ExecutableObject(name);
        var elf = ElfFile.TryRead(file.Bytes)!;
        var fields = new OldFields(file.Bytes, ElfRanges.Of(elf, file.Bytes), elf.Segments, readsInstructions: true);
        var code = fields.Ranges.ToArray().First(r => r.Range.IsX64Code);
        var found = 0;
        foreach (var (address, length, text) in file.Code)
        {
            var start = file.OffsetOf(address) - code.Range.Start;
            var refers = length >= 5 && FoundFieldTests.TargetOf(text) is not null;
            var marks = Enumerable.Range(start, length).Count(at => code.Marks!.Has((uint)at));
            Assert.True((refers ? 1 : 0) == marks, text);
            found += marks;
        }
        Assert.True(found > 10);
    }

    /// <summary>The bytes, how many of them objdump takes, and where in them what matters is.</summary>
    [Theory]
    [InlineData("E8 11 22 33 44", 5, 1, 0, 0)]
    [InlineData("66 66 48 E8 11 22 33 44", 8, 4, 0, 0)]
    [InlineData("0F 84 11 22 33 44", 6, 2, 0, 0)]
    [InlineData("EB 05", 2, 0, 0, 0)]
    [InlineData("48 8D 05 11 22 33 44", 7, 3, 0, 0)]
    [InlineData("48 83 3D 11 22 33 44 05", 8, 3, 0, 0)]
    [InlineData("48 C7 05 11 22 33 44 55 66 77 00", 11, 3, 0, 7)]
    [InlineData("66 C7 05 11 22 33 44 55 66", 9, 3, 0, 0)]
    [InlineData("48 B8 11 22 33 44 55 66 77 88", 10, 0, 0, 0)]
    [InlineData("BF 11 22 33 44", 5, 0, 0, 1)]
    [InlineData("66 BF 11 22", 4, 0, 0, 0)]
    [InlineData("8B 80 11 22 33 44", 6, 0, 2, 0)]
    [InlineData("8B 04 C5 11 22 33 44", 7, 0, 3, 0)]
    [InlineData("8B 44 24 05", 4, 0, 0, 0)]
    [InlineData("41 F6 45 05 01", 5, 0, 0, 0)]
    [InlineData("F7 D8", 2, 0, 0, 0)]
    [InlineData("48 F7 C0 11 22 33 44", 7, 0, 0, 3)]
    [InlineData("0F BA E0 05", 4, 0, 0, 0)]
    [InlineData("66 0F 3A 0F C1 05", 6, 0, 0, 0)]
    [InlineData("66 0F 38 00 05 11 22 33 44", 9, 5, 0, 0)]
    [InlineData("C5 F8 77", 3, 0, 0, 0)]
    [InlineData("C5 FD 6F 05 11 22 33 44", 8, 4, 0, 0)]
    [InlineData("C4 E3 7D 39 C1 01", 6, 0, 0, 0)]
    [InlineData("C4 E2 7D 58 05 11 22 33 44", 9, 5, 0, 0)]
    [InlineData("62 F1 7C 48 10 05 11 22 33 44", 10, 6, 0, 0)]
    [InlineData("62 F3 75 48 25 C1 05", 7, 0, 0, 0)]
    [InlineData("64 48 8B 04 25 11 22 33 44", 9, 0, 5, 0)]
    [InlineData("F3 0F 1E FA", 4, 0, 0, 0)]
    [InlineData("C8 11 22 05", 4, 0, 0, 0)]
    [InlineData("C2 11 22", 3, 0, 0, 0)]
    [InlineData("06", 0, 0, 0, 0)]
    public void An_instruction_is_read(string bytes, int length, int displacement, int distance, int number)
    {
        var code = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));
        var expected = new X64Instruction(length, displacement, distance, number);
        Assert.Equal(expected, X64Instruction.Read(code));
        Assert.Equal(expected, X64Instruction.Read([.. code, 0x90, 0x90]));
        for (var cut = 0; cut < length; cut++)
            Assert.Equal(0, X64Instruction.Read(code.AsSpan(0, cut)).Length);
    }

    [Fact]
    public void Any_bytes_are_read_within_their_bounds()
    {
        var random = new Random(4);
        var code = new byte[20];
        for (var round = 0; round < 200_000; round++)
        {
            random.NextBytes(code);
            var cut = code.AsSpan(0, random.Next(code.Length));
            var instruction = X64Instruction.Read(cut);
            Assert.InRange(instruction.Length, 0, Math.Min(cut.Length, X64Instruction.MostLength));
            foreach (var field in (int[])[instruction.Displacement, instruction.Distance, instruction.Number])
                Assert.True(field == 0 || field + 4 <= instruction.Length);
        }
    }
}
