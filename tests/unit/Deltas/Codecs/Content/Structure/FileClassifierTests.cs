using System.Text;
using Diffah.Engine.Deltas.Codecs.Content.Structure;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Structure;

public sealed class FileClassifierTests
{
    [Theory]
    [InlineData("#!/bin/sh\necho\n", nameof(FileClass.Text))]
    [InlineData("naïve — ünïcödé, 日本語\n", nameof(FileClass.Text))]
    [InlineData("a\0b", nameof(FileClass.Other))]
    [InlineData("", nameof(FileClass.Other))]
    [InlineData("\u0001\u0002\u0003\u0004 binary", nameof(FileClass.Other))]
    public void Text_is_told_by_its_bytes(string text, string expected) =>
        Assert.Equal(expected, FileClassifier.Classify((byte)'0', Encoding.UTF8.GetBytes(text)).ToString());

    [Fact]
    public void Text_in_Latin_1_is_text() => Assert.Equal(
        FileClass.Text, FileClassifier.Classify((byte)'0', Encoding.Latin1.GetBytes("Une phrase en français, été\n")));

    [Theory]
    [InlineData("7F454C460201010000", nameof(FileClass.Executable))]
    [InlineData("CAFEBABE0000003D00", nameof(FileClass.JavaClass))]
    [InlineData("A2AB0BF000000000", nameof(FileClass.SharedClasses))]
    [InlineData("CAFEBABE0000000201", nameof(FileClass.Other))] // Mach-O of two architectures
    [InlineData("89504E470D0A1A0A00", nameof(FileClass.Other))]
    public void Magic_numbers_are_known(string hex, string expected) =>
        Assert.Equal(expected, FileClassifier.Classify((byte)'0', Convert.FromHexString(hex)).ToString());

    [Theory]
    [InlineData('x')]
    [InlineData('g')]
    [InlineData('L')]
    public void Extended_headers_are_a_class_of_their_own(char type) =>
        Assert.Equal(FileClass.PaxHeader, FileClassifier.Classify((byte)type, "30 mtime=1\n"u8));

    [SkippableFact]
    public async Task Python_bytecode_is_what_Python_compiles()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["m.py"], "def f():\n    return 1\n");
        await ExternalTool.RunAsync(
            "python3", "-c", "import sys,py_compile; py_compile.compile(sys.argv[1], sys.argv[2])",
            folder["m.py"], folder["m.pyc"]);
        var bytes = await File.ReadAllBytesAsync(folder["m.pyc"]);
        Assert.Equal(FileClass.PythonBytecode, FileClassifier.Classify((byte)'0', bytes));
    }
}
