//! Reads numbers, one a line, from the file that is its argument or from standard input. Prints them sorted, their
//! sum, mean and standard deviation, and how often each first digit occurs. A line that is no number is an error
//! with its place, and exit status 1.

const std = @import("std");

pub fn main(init: std.process.Init) !u8 {
    const arena = init.arena.allocator();
    const io = init.io;
    var buffer: [512]u8 = undefined;
    var file_writer: std.Io.File.Writer = .init(.stdout(), io, &buffer);
    const out = &file_writer.interface;

    const arguments = try init.minimal.args.toSlice(arena);
    const file: std.Io.File = if (arguments.len > 1)
        std.Io.Dir.cwd().openFile(io, arguments[1], .{}) catch |failure| {
            try out.print("{s}: {t}\n", .{ arguments[1], failure });
            try out.flush();
            return 2;
        }
    else
        .stdin();
    var read_buffer: [64]u8 = undefined;
    var reader = file.reader(io, &read_buffer);

    var numbers: std.ArrayList(f64) = .empty;
    var first_digits: std.AutoArrayHashMapUnmanaged(u8, u32) = .empty;
    var line_number: usize = 0;
    while (try reader.interface.takeDelimiter('\n')) |line| {
        line_number += 1;
        const number = std.fmt.parseFloat(f64, line) catch |failure| {
            try out.print("line {d}: \"{s}\" is no number ({t})\n", .{ line_number, line, failure });
            try out.flush();
            return 1;
        };
        try numbers.append(arena, number);
        const first = try first_digits.getOrPutValue(arena, line[std.mem.indexOfAny(u8, line, "0123456789").?], 0);
        first.value_ptr.* += 1;
    }
    std.mem.sort(f64, numbers.items, {}, std.sort.asc(f64));
    var sum: f64 = 0;
    for (numbers.items) |number| sum += number;
    const mean = sum / @as(f64, @floatFromInt(numbers.items.len));
    var squares: f64 = 0;
    for (numbers.items) |number| squares += (number - mean) * (number - mean);
    const deviation = @sqrt(squares / @as(f64, @floatFromInt(numbers.items.len)));

    for (numbers.items) |number| try out.print("{d} {e:.3}\n", .{ number, number });
    try out.print("sum {d}, mean {d:.6}, deviation {d:.6}\n", .{ sum, mean, deviation });
    var digits = first_digits.iterator();
    while (digits.next()) |digit| try out.print("{c}: {d}\n", .{ digit.key_ptr.*, digit.value_ptr.* });
    try out.flush();
    return 0;
}
